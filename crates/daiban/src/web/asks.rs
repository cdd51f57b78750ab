//! Asks: the list, and one page for each, reached from daiban or from a message.
//!
//! Looking at an ask changes nothing. From a message there is only this one ask: no navigation, nothing else of the
//! household.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban_core::{
    Lang,
    ask::{Ask, AskKind, AskState},
    household::ErrandRow,
    id::AskId,
    lifecycle::Verb,
    service::Service,
};
use tokio::time::Instant;

use super::{
    Web,
    answers::{Read, read_answer},
    hospital,
    page::{Shell, html, html_with, said},
    picture_size,
    rail::{self, order::OrderView},
    security::Oops,
    vehicle,
    views::{self, AskView},
    visitor::{Fields, Guest, Me},
    words::{self, Left},
};
use crate::{
    access::Actor,
    app::{App, AppError},
    say,
};

/// After an answer, so long is waited for the next step of the same errand, so that a sign-in goes on by itself.
const NEXT_STEP: Duration = Duration::from_secs(6);
/// Between two looks for it.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// An answered ask's page loads itself again after so many seconds, to show what came of it.
const AFTER_ANSWER_S: u32 = 2;
/// A QR code's page does so to show that it was scanned.
const QR_S: u32 = 5;

#[derive(Template)]
#[template(path = "asks.html")]
struct ListPage {
    s: Shell,
    open: Vec<AskView>,
    over: Vec<Over>,
}

struct Over {
    href: String,
    title: String,
    from: String,
    word: &'static str,
}

/// `GET /asks`
pub(super) async fn list(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let (lang, now) = (me.lang, web.app.now());
    let accounts = web.app.accounts(&me.actor).await?;
    let mut asks = web.app.asks(&me.actor, None).await?;
    let open = asks.iter().filter(|ask| ask.state == AskState::Open);
    let open = open
        .map(|ask| views::ask(ask, &accounts, lang, now))
        .collect();
    asks.retain(|ask| ask.state != AskState::Open);
    asks.sort_by_key(|ask| std::cmp::Reverse(ask.at));
    let over = asks.iter().take(12).map(|ask| Over {
        href: format!("/asks/{}", ask.id),
        title: ask.ask.title.in_lang(lang).to_owned(),
        from: format!(
            "{} · {}",
            views::from(ask, &accounts, lang),
            words::ago(lang, ask.at, now)
        ),
        word: match ask.state {
            AskState::Answered => words::t(lang, "答过了", "answered"),
            _ => words::t(lang, "过期了", "over"),
        },
    });
    Ok(html(&ListPage {
        over: over.collect(),
        s: Shell::full(&web, &me, "today").await?,
        open,
    }))
}

/// One ask with everything its page shows.
#[derive(Template)]
#[template(path = "ask.html")]
struct AskPage {
    s: Shell,
    /// Where the form goes, and under which the picture is.
    action: String,
    icon: &'static str,
    from: String,
    title: String,
    body: String,
    kind: &'static str,
    picture: Option<Pixels>,
    points: Vec<(u32, u32)>,
    left: Option<Left>,
    why: &'static str,
    /// What is known before a command to a car, a fact to a line.
    told: Vec<String>,
    /// What makes a yes dangerous.
    risk: Option<&'static str>,
    /// What yes and no are called.
    yes: &'static str,
    no: &'static str,
    /// The order that is to be paid.
    order: Option<OrderView>,
    /// Why it cannot be answered; empty while it can.
    over: &'static str,
    /// What its errand does now, where that is worth telling.
    errand: Option<String>,
    error: Option<String>,
    /// Whether the ways back into daiban are shown.
    inside: bool,
    /// Begins the sign-in anew with another picture; empty where it cannot.
    another: &'static str,
    /// The steps of a sign-in and which of them this is.
    steps: Vec<(&'static str, bool)>,
}

/// The natural size of a picture: points are told in its pixels, so it is never shown smaller.
struct Pixels {
    width: u32,
    height: u32,
    /// Of the file's name, when it is saved.
    ending: &'static str,
}

/// Who looks at an ask, and from where.
struct Looking {
    actor: Actor,
    shell: Shell,
    action: String,
    inside: bool,
}

/// `GET /asks/{id}`
pub(super) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let ask = web.app.ask(&me.actor, &AskId::from(id)).await?;
    let looking = inside(&me, &ask);
    // A step that is over leads to the next step of what goes on, such as a fresh QR code.
    if ask.state != AskState::Open
        && let Some(next) = web.links.next_ask(&me.actor, &ask.id).await?
    {
        return Ok(Redirect::to(&format!("/asks/{next}")).into_response());
    }
    Ok(html(
        &ask_page(&web.app, looking, &ask, Trial::default()).await?,
    ))
}

/// `POST /asks/{id}`
pub(super) async fn answer(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let ask = web.app.ask(&me.actor, &AskId::from(id)).await?;
    let looking = inside(&me, &ask);
    answered(&web, looking, &ask, &fields).await
}

/// `GET /asks/{id}/picture`
pub(super) async fn picture(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    sent_picture(&web.app, &me.actor, &AskId::from(id)).await
}

/// `GET /a/{word}`: the ask of a link in a message.
pub(super) async fn linked_page(
    State(web): State<Web>,
    guest: Guest,
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    let is_id = word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_id {
        return Ok(Redirect::to(&format!("/asks/{word}")).into_response());
    }
    let Some((looking, ask)) = outside(&web, &guest, &word).await? else {
        return Ok(used_up(guest.lang));
    };
    Ok(html(
        &ask_page(&web.app, looking, &ask, Trial::default()).await?,
    ))
}

/// `POST /a/{word}`: the answer uses the link up.
pub(super) async fn linked_answer(
    State(web): State<Web>,
    guest: Guest,
    Path(word): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some((looking, ask)) = outside(&web, &guest, &word).await? else {
        return Ok(used_up(guest.lang));
    };
    answered(&web, looking, &ask, &fields).await
}

/// `GET /a/{word}/picture`
pub(super) async fn linked_picture(
    State(web): State<Web>,
    guest: Guest,
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    let Some((looking, ask)) = outside(&web, &guest, &word).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    sent_picture(&web.app, &looking.actor, &ask.id).await
}

fn inside(me: &Me, ask: &Ask) -> Looking {
    Looking {
        actor: me.actor.clone(),
        shell: Shell::alone(me.lang, me.csrf.clone()),
        action: format!("/asks/{}", ask.id),
        inside: true,
    }
}

/// A link shows its ask only while that is open.
async fn outside(web: &Web, guest: &Guest, word: &str) -> Result<Option<(Looking, Ask)>, AppError> {
    let (actor, id) = match web.links.read(word).await {
        Ok(found) => found,
        Err(AppError::SignIn | AppError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let ask = web.app.ask(&actor, &id).await?;
    if ask.state != AskState::Open {
        return Ok(None);
    }
    let looking = Looking {
        actor,
        shell: Shell::alone(guest.lang, guest.csrf.clone()),
        action: format!("/a/{word}"),
        inside: false,
    };
    Ok(Some((looking, ask)))
}

#[derive(Template)]
#[template(path = "link_over.html")]
struct OverPage {
    s: Shell,
    thanks: bool,
}

fn used_up(lang: Lang) -> Response {
    let page = OverPage {
        s: Shell::alone(lang, String::new()),
        thanks: false,
    };
    html_with(StatusCode::GONE, &page)
}

/// What came of a form that was no answer yet.
#[derive(Default)]
struct Trial {
    points: Vec<(u32, u32)>,
    error: Option<String>,
}

async fn ask_page(
    app: &App,
    looking: Looking,
    ask: &Ask,
    trial: Trial,
) -> Result<AskPage, AppError> {
    let lang = looking.shell.lang;
    let accounts = app.accounts(&looking.actor).await?;
    let over = words::ask_over(lang, ask.state).unwrap_or_default();
    let errand = app.errand(&looking.actor, &ask.errand).await?;
    // Whether a code was scanned is seen by the service, so the page tells how far that has come.
    let says = !over.is_empty() || ask.ask.kind == AskKind::Qr;
    let car = match ask.ask.kind {
        AskKind::Approve => vehicle::words::ask(lang, &errand, &ask.ask.tag),
        _ => None,
    };
    let own = match errand.kind.as_str() {
        _ if ask.ask.kind != AskKind::Approve => None,
        rail::TICKET => rail::words::ask(lang, &ask.ask.tag),
        hospital::VISIT => hospital::words::ask(lang, &ask.ask.tag),
        _ => car.as_ref().map(|car| [car.yes, car.no, car.silence]),
    };
    let body = ask.ask.body.in_lang(lang);
    let (told, body) = match car {
        Some(_) => (vehicle::words::sentences(body, lang), String::new()),
        None => (Vec::new(), body.to_owned()),
    };
    let mut shell = looking.shell;
    shell.again_s = match (ask.state, ask.ask.kind) {
        (AskState::Answered, _) if !errand.phase.is_over() => AFTER_ANSWER_S,
        // A scan is noticed by the service; nothing is being typed that a reload would lose.
        (AskState::Open, AskKind::Qr) => QR_S,
        _ => 0,
    };
    Ok(AskPage {
        icon: ask.service.as_str(),
        from: views::from(ask, &accounts, lang),
        title: ask.ask.title.in_lang(lang).to_owned(),
        body,
        told,
        risk: car.and_then(|car| car.risk),
        kind: kind(ask.ask.kind),
        picture: ask
            .ask
            .picture
            .as_deref()
            .filter(|_| over.is_empty())
            .map(pixels),
        points: trial.points,
        left: ask
            .ask
            .deadline
            .filter(|_| over.is_empty())
            .map(|deadline| words::left(lang, deadline, app.now())),
        why: own.map_or(words::ask_why(lang, ask.ask.kind), |[.., silence]| silence),
        yes: own.map_or(words::t(lang, "同意", "Yes"), |[yes, ..]| yes),
        no: own.map_or(words::t(lang, "不同意", "No"), |[_, no, _]| no),
        order: match own {
            Some(_) if over.is_empty() => order(app, &looking.actor, &errand, lang).await?,
            _ => None,
        },
        errand: says.then(|| errand.reason.in_lang(lang).to_owned()),
        over,
        error: trial.error,
        action: looking.action,
        inside: looking.inside,
        another: another(ask, &errand, lang).unwrap_or_default(),
        steps: steps(ask, &errand, lang),
        s: shell,
    })
}

/// A sign-in with a picture begins anew with another one when it is told to run.
fn another(ask: &Ask, errand: &ErrandRow, lang: Lang) -> Option<&'static str> {
    let begins_anew = errand.internal && by_picture(ask.service) && ask.state == AskState::Open;
    match ask.ask.kind {
        _ if !begins_anew => None,
        AskKind::Captcha => Some(words::t(
            lang,
            "看不清，换一张",
            "Hard to read: another one",
        )),
        AskKind::Sms => Some(words::t(
            lang,
            "没收到，先读一张图再发",
            "None came: read another picture",
        )),
        _ => None,
    }
}

/// 114, and the permit's form: a picture, then a text message.
fn by_picture(service: Service) -> bool {
    matches!(service, Service::Hospital | Service::Permit)
}

/// Where one is in such a sign-in.
fn steps(ask: &Ask, errand: &ErrandRow, lang: Lang) -> Vec<(&'static str, bool)> {
    let here = match ask.ask.kind {
        AskKind::Captcha => 0,
        AskKind::Sms => 1,
        _ => return Vec::new(),
    };
    if !by_picture(ask.service) || !errand.internal {
        return Vec::new();
    }
    [
        words::t(lang, "图片", "picture"),
        words::t(lang, "短信码", "text message"),
        words::t(lang, "登录成功", "signed in"),
    ]
    .into_iter()
    .enumerate()
    .map(|(number, word)| (word, number == here))
    .collect()
}

/// The order an ask is about, while it waits for its payment.
async fn order(
    app: &App,
    actor: &Actor,
    errand: &ErrandRow,
    lang: Lang,
) -> Result<Option<OrderView>, AppError> {
    let facts = app.facts(actor, &errand.id).await?;
    let order = rail::order::of(errand, &facts, lang, app.now());
    Ok(order.filter(|order| order.waits))
}

fn kind(kind: AskKind) -> &'static str {
    match kind {
        AskKind::Qr => "qr",
        AskKind::Captcha => "captcha",
        AskKind::Points => "points",
        AskKind::Sms => "sms",
        AskKind::Text => "text",
        AskKind::Approve => "approve",
    }
}

fn pixels(encoded: &str) -> Pixels {
    let bytes = STANDARD.decode(encoded).unwrap_or_default();
    let (width, height) = picture_size::of(&bytes).unwrap_or((300, 100));
    Pixels {
        width,
        height,
        ending: match bytes.starts_with(&[0xff, 0xd8]) {
            true => "jpg",
            false => "png",
        },
    }
}

async fn answered(
    web: &Web,
    looking: Looking,
    ask: &Ask,
    fields: &Fields,
) -> Result<Response, Oops> {
    let (lang, actor, inside) = (looking.shell.lang, looking.actor.clone(), looking.inside);
    if fields.get("another").is_some() {
        return another_picture(web, looking, ask).await;
    }
    let given = match read_answer(ask.ask.kind, fields) {
        Read::Answer(answer) => answer,
        Read::Point(points) => {
            let trial = Trial {
                points,
                error: None,
            };
            return Ok(html(&ask_page(&web.app, looking, ask, trial).await?));
        }
        Read::Nothing => {
            let missing = words::t(lang, "还没有填", "nothing was entered");
            return refused(
                web,
                looking,
                ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                missing.to_owned(),
            )
            .await;
        }
    };
    if let Err(error) = web.app.answer(&actor, &ask.id, given).await {
        let status =
            StatusCode::from_u16(say::status(&error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return match error {
            AppError::Invalid(_) | AppError::NotNow(_) => {
                refused(web, looking, ask, status, said(&error, lang)).await
            }
            other => Err(other.into()),
        };
    }
    let next = next_step(web, &actor, ask).await?;
    let onward = match (next, inside) {
        (Some(next), true) => format!("/asks/{next}"),
        (Some(next), false) => web.links.ask_path(&next).await?,
        (None, true) => after_answer(web, &actor, ask).await?,
        (None, false) => {
            let page = OverPage {
                s: Shell::alone(lang, String::new()),
                thanks: true,
            };
            return Ok(html(&page));
        }
    };
    Ok(Redirect::to(&onward).into_response())
}

/// What came of a word about a car is seen at the car.
async fn after_answer(web: &Web, actor: &Actor, ask: &Ask) -> Result<String, AppError> {
    let errand = web.app.errand(actor, &ask.errand).await?;
    Ok(match errand.kind.as_str() {
        vehicle::COMMAND => vehicle::facts::href(&errand),
        _ => format!("/asks/{}", ask.id),
    })
}

/// Begins the sign-in anew and leads to its new picture.
async fn another_picture(web: &Web, looking: Looking, ask: &Ask) -> Result<Response, Oops> {
    let errand = web.app.errand(&looking.actor, &ask.errand).await?;
    if another(ask, &errand, looking.shell.lang).is_none() {
        let none = words::t(
            looking.shell.lang,
            "这张换不了",
            "there is no other picture",
        );
        let status = StatusCode::CONFLICT;
        return refused(web, looking, ask, status, none.to_owned()).await;
    }
    web.app.tell(&looking.actor, &ask.errand, Verb::Run).await?;
    let until = Instant::now() + NEXT_STEP;
    while Instant::now() < until {
        let next = web.links.next_ask(&looking.actor, &ask.id).await?;
        if let Some(next) = next.filter(|next| *next != ask.id) {
            let onward = match looking.inside {
                true => format!("/asks/{next}"),
                false => web.links.ask_path(&next).await?,
            };
            return Ok(Redirect::to(&onward).into_response());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let late = words::t(
        looking.shell.lang,
        "新图还没到，过几秒刷新这一页",
        "the new picture is not there yet; reload this page in a few seconds",
    );
    refused(web, looking, ask, StatusCode::OK, late.to_owned()).await
}

async fn refused(
    web: &Web,
    looking: Looking,
    ask: &Ask,
    status: StatusCode,
    error: String,
) -> Result<Response, Oops> {
    let trial = Trial {
        points: Vec::new(),
        error: Some(error),
    };
    let ask = web.app.ask(&looking.actor, &ask.id).await?;
    Ok(html_with(
        status,
        &ask_page(&web.app, looking, &ask, trial).await?,
    ))
}

/// The next open ask of the same errand, waited for while the errand is at work. A yes or no is not waited for.
async fn next_step(web: &Web, actor: &Actor, ask: &Ask) -> Result<Option<AskId>, AppError> {
    if ask.ask.kind == AskKind::Approve {
        return Ok(None);
    }
    let errand = web
        .app
        .wait_for_errand(actor, &ask.errand, NEXT_STEP)
        .await?;
    if errand.phase.is_over() {
        return Ok(None);
    }
    web.links.next_ask(actor, &ask.id).await
}

async fn sent_picture(app: &App, actor: &Actor, id: &AskId) -> Result<Response, Oops> {
    let picture = app.ask_picture(actor, id).await?;
    Ok((
        [(header::CONTENT_TYPE, picture.content_type)],
        picture.bytes,
    )
        .into_response())
}
