//! The frame around every page: language, navigation with its counts, the token of its forms.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use daiban_core::{Lang, Text, ask::AskState};
use fluent_bundle::FluentValue;

use super::{Web, assets, visitor::Me, words};
use crate::app::AppError;

/// What every template needs.
pub(super) struct Shell {
    pub(super) lang: Lang,
    /// The token every form carries.
    pub(super) csrf: String,
    /// Which entry of the navigation is current.
    pub(super) here: &'static str,
    /// Open asks.
    pub(super) asks: usize,
    /// Problems.
    pub(super) problems: usize,
    /// Seconds after which the page loads itself again, also without JavaScript; 0: never.
    pub(super) again_s: u32,
    /// Whether parts of it stay fresh by JavaScript, so that only browsers without it load the page again.
    pub(super) live: bool,
}

impl Shell {
    /// For somebody with a session; `here` is a word of `nav.html`: `today`, `errands`, `cars`, `calendar`, `fines`,
    /// `accounts`, `problems`, `notices`, `settings` or `more`.
    pub(super) async fn full(web: &Web, me: &Me, here: &'static str) -> Result<Self, AppError> {
        Ok(Self {
            here,
            asks: web.app.asks(&me.actor, Some(AskState::Open)).await?.len(),
            problems: web.app.problems(&me.actor).await?.len(),
            ..Self::alone(me.lang, me.csrf.clone())
        })
    }

    /// For a page without navigation.
    pub(super) fn alone(lang: Lang, csrf: String) -> Self {
        Self {
            lang,
            csrf,
            here: "",
            asks: 0,
            problems: 0,
            again_s: 0,
            live: false,
        }
    }

    /// Whether a phone finds this page behind the last entry of its bar.
    pub(super) fn is_behind_more(&self) -> bool {
        !matches!(self.here, "" | "today" | "errands" | "cars" | "calendar")
    }

    /// A message.
    pub(super) fn m(&self, key: &'static str) -> &'static str {
        words::m(self.lang, key)
    }

    /// A message with arguments.
    pub(super) fn say(&self, key: &'static str, args: &[(&str, FluentValue<'_>)]) -> String {
        words::say(self.lang, key, args)
    }

    /// A message with one number, `$count`.
    pub(super) fn count<'n>(&self, key: &'static str, count: impl Into<FluentValue<'n>>) -> String {
        words::count(self.lang, key, count)
    }

    /// One of two texts.
    pub(super) fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        words::t(self.lang, zh, en)
    }

    /// For `<html lang>`.
    pub(super) fn tag(&self) -> &'static str {
        tag(self.lang)
    }

    /// The address of an asset.
    pub(super) fn asset(&self, name: &str) -> &'static str {
        assets::path(name)
    }

    /// An icon as markup; the name is one of `assets/icons.svg`.
    pub(super) fn icon(&self, name: &str) -> String {
        self.drawn("i", name)
    }

    /// A smaller one.
    pub(super) fn small_icon(&self, name: &str) -> String {
        self.drawn("i i-s", name)
    }

    fn drawn(&self, class: &str, name: &str) -> String {
        let sprite = assets::path("icons.svg");
        format!(
            r##"<svg class="{class}" width="24" height="24" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"##
        )
    }
}

/// For `<html lang>` and the language cookie.
pub(super) fn tag(lang: Lang) -> &'static str {
    words::t(lang, "zh-CN", "en")
}

/// A sentence that stands on top of a page after something was tried.
pub(super) struct Note {
    /// `ok`, `att`, `urg`.
    pub(super) class: &'static str,
    pub(super) text: String,
}

impl Note {
    /// It went well.
    pub(super) fn ok(text: &str) -> Self {
        Self {
            class: "ok",
            text: text.to_owned(),
        }
    }

    /// It did not.
    pub(super) fn of(error: &AppError, lang: Lang) -> Self {
        Self {
            class: "urg",
            text: said(error, lang),
        }
    }
}

/// An error in words. A field's name is left out: the sentence stands at the field, or the field's label is on the page.
pub(super) fn said(error: &AppError, lang: Lang) -> String {
    match error {
        AppError::Invalid(invalid) | AppError::Settings(invalid) => {
            invalid.text.in_lang(lang).to_owned()
        }
        other => other.text().in_lang(lang).to_owned(),
    }
}

/// A rendered page.
pub(super) fn html(page: &impl Template) -> Response {
    html_with(StatusCode::OK, page)
}

/// A rendered page with a status.
pub(super) fn html_with(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (
            status,
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            text,
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    s: Shell,
    title: String,
    text: String,
}

/// A page for what went wrong. What is wrong inside is for the log, not for the page.
pub(super) fn error(lang: Lang, status: StatusCode, error: Option<&AppError>) -> Response {
    if let Some(AppError::Store(_) | AppError::Internal(_)) = error {
        tracing::error!(error = ?error, "a page could not be made");
    }
    let inside = status.is_server_error() && !matches!(error, Some(AppError::Service(_)));
    let title = title(status);
    let text = match error {
        Some(error) if !inside => said(error, lang),
        _ => advice(status).in_lang(lang).to_owned(),
    };
    let page = ErrorPage {
        s: Shell::alone(lang, String::new()),
        title: title.in_lang(lang).to_owned(),
        text,
    };
    html_with(status, &page)
}

/// A page with a reason of its own.
pub(super) fn refusal(lang: Lang, status: StatusCode, text: &str) -> Response {
    let page = ErrorPage {
        s: Shell::alone(lang, String::new()),
        title: title(status).in_lang(lang).to_owned(),
        text: text.to_owned(),
    };
    html_with(status, &page)
}

fn title(status: StatusCode) -> Text {
    match status {
        StatusCode::UNAUTHORIZED => Text::new("要先登录", "Sign in first"),
        StatusCode::FORBIDDEN => Text::new("没有照办", "Not done"),
        StatusCode::NOT_FOUND => Text::new("没有这一页", "There is no such page"),
        StatusCode::CONFLICT => Text::new("现在不行", "Not now"),
        StatusCode::TOO_MANY_REQUESTS => Text::new("先等一等", "Wait a little"),
        status if status.is_server_error() => Text::new("没办成", "It did not work"),
        _ => Text::new("看不懂这个请求", "That request makes no sense"),
    }
}

fn advice(status: StatusCode) -> Text {
    match status {
        StatusCode::UNAUTHORIZED => Text::new(
            "登录过期了，重新登录后再来。",
            "Your sign-in is over; sign in and come back.",
        ),
        StatusCode::FORBIDDEN => Text::new(
            "这张表单不是刚从这里打开的，或者你没有权限。什么也没改。回上一页刷新，再试一次。",
            "The form was not opened from here just now, or you are not allowed. Nothing was changed. Go back, reload, try again.",
        ),
        StatusCode::NOT_FOUND => Text::new(
            "地址不对，或者东西已经不在了。",
            "The address is wrong, or the thing is gone.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Text::new(
            "填的内容太长，什么也没改。",
            "That is too long; nothing was changed.",
        ),
        status if status.is_server_error() => Text::new(
            "这台机器上出了问题，详情在日志里。过一会儿再试。",
            "Something is wrong on this machine; the log has the details. Try again in a while.",
        ),
        _ => Text::new("什么也没改。", "Nothing was changed."),
    }
}
