//! Coming in by an invitation: a name and a password of one's own.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use daiban_core::{Lang, secret::Secret};

use super::{
    Web,
    form::invalid,
    page::{Shell, html, html_with, said},
    security::Oops,
    sign_in::{come_in, note_refused_word, over, status},
    visitor::{Arriving, Fields, Guest},
    words,
};
use crate::{
    access::Invitation,
    app::{AppError, Audit},
};

#[derive(Template)]
#[template(path = "join.html")]
struct JoinPage {
    s: Shell,
    word: String,
    name: String,
    /// What they will be.
    role: &'static str,
    until: String,
    name_error: Option<String>,
    password_error: Option<String>,
    /// Why the link is worth nothing; then there is no form.
    over: Option<String>,
}

impl JoinPage {
    fn new(web: &Web, guest: Guest, word: String, invitation: Option<&Invitation>) -> Self {
        let lang = guest.lang;
        Self {
            s: Shell::alone(lang, guest.csrf),
            word,
            name: invitation
                .and_then(|it| it.name.clone())
                .unwrap_or_default(),
            role: invitation.map_or("", |it| words::role(lang, it.role)),
            until: invitation.map_or_else(String::new, |it| {
                words::moment(lang, it.until, web.app.access().now())
            }),
            name_error: None,
            password_error: None,
            over: invitation.is_none().then(|| closed(lang)),
        }
    }
}

fn closed(lang: Lang) -> String {
    let ask = words::m(lang, "settings-ask-whoever-invited-you-for");
    format!("{}{ask}", over(lang))
}

/// `GET /join/{word}`: shows the form and uses nothing up.
pub(super) async fn form(
    State(web): State<Web>,
    guest: Guest,
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    let invitation = web.app.access().invitation(&word).await?;
    let page = JoinPage::new(&web, guest, word, invitation.as_ref());
    Ok(match invitation {
        Some(_) => html(&page),
        None => html_with(StatusCode::GONE, &page),
    })
}

/// `POST /join/{word}`: makes the user; good input uses the word up.
pub(super) async fn join(
    State(web): State<Web>,
    guest: Guest,
    arriving: Arriving,
    Path(word): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let (lang, password) = (guest.lang, fields.get("password").unwrap_or_default());
    let invitation = web.app.access().invitation(&word).await?;
    let mut page = JoinPage::new(&web, guest, word, invitation.as_ref());
    page.name = fields.text("name").to_owned();
    if invitation.is_some() && fields.get("again").unwrap_or_default() != password {
        let differ = page.s.m("shell-the-two-are-not-the");
        page.password_error = Some(differ.to_owned());
        return Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let password = Secret::new(password);
    match web.app.join(&page.word, &page.name, &password).await {
        Ok(user) => {
            let arrival = (&arriving, true);
            come_in(&web, arrival, &user.id, "/", Audit::InvitationUsed).await
        }
        Err(error) => {
            note_refused_word(&web, &error).await;
            let text = said(&error, lang);
            match invalid(&error).map(|invalid| invalid.field.as_str()) {
                Some("name") => page.name_error = Some(text),
                Some("password") => page.password_error = Some(text),
                _ if error == AppError::SignIn => page.over = Some(closed(lang)),
                _ => return Err(error.into()),
            }
            Ok(html_with(status(&error), &page))
        }
    }
}
