//! The page of one ask: everything it shows.

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban_core::{
    Lang, Timestamp,
    ask::{Ask, AskKind, AskState},
    household::ErrandRow,
    service::Service,
};

use super::{
    Looking,
    ended::{self, Ended},
    parts::{Live, Step},
    screen::Elsewhere,
};
use crate::{
    access::Actor,
    app::{App, AppError},
    web::{
        Web,
        answers::shown,
        hospital,
        page::Shell,
        picture_size,
        rail::{self, order::OrderView},
        vehicle, views,
        words::{self, Left},
    },
};

/// An answered ask's page loads itself again after so many seconds, to show what came of it.
const AFTER_ANSWER_S: u32 = 2;
/// A QR code's page does so, without JavaScript, to show that it was scanned.
const QR_S: u32 = 5;
/// Another message is asked for no sooner than this after the last.
pub(super) const RESEND_S: i64 = 60;

/// One ask with everything its page shows.
#[derive(Template)]
#[template(path = "ask.html")]
pub(super) struct AskPage {
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
    /// How it ended; nothing while it can be answered.
    ended: Option<Ended>,
    /// What its errand does now, where that is worth telling.
    errand: Option<String>,
    error: Option<String>,
    /// Whether a yes takes a code of the second step, and what was wrong with one.
    needs_code: bool,
    code_error: Option<String>,
    /// The answer before this one was wrong; this is asked once more.
    is_again: bool,
    /// Whether the ways back into daiban are shown.
    inside: bool,
    /// Begins the sign-in anew with another picture; empty where it cannot.
    another: &'static str,
    /// When another message can be asked for.
    resend: Option<Left>,
    /// The steps of a sign-in and which of them this is.
    steps: Vec<Step>,
    /// How far a scan has come.
    live: Option<Live>,
    /// How the code gets from this very phone into the app.
    how: Vec<&'static str>,
    /// This page on another screen.
    elsewhere: Option<Elsewhere>,
    is_wechat: bool,
    /// Seconds after which the page of a code loads itself again without JavaScript.
    scan_s: u32,
}

/// A picture: its natural size, in whose pixels points are told, and the size it is shown in.
struct Pixels {
    width: u32,
    height: u32,
    shown: (u32, u32),
    /// Of the file's name, when it is saved.
    ending: &'static str,
}

impl Pixels {
    /// How much larger marks are drawn in a picture that is shown smaller, so that they stay as large.
    fn mark(&self) -> String {
        let scale = f64::from(self.width) / f64::from(self.shown.0.max(1));
        format!("{scale:.2}")
    }
}

/// What came of a form that was no answer yet.
#[derive(Default)]
pub(super) struct Trial {
    pub(super) points: Vec<(u32, u32)>,
    pub(super) error: Option<String>,
    pub(super) code_error: Option<String>,
}

impl Trial {
    /// The code of the second step was wrong or missing.
    pub(super) fn code(error: String) -> Self {
        Self {
            code_error: Some(error),
            ..Self::default()
        }
    }
}

/// What is asked about in words of its own.
struct Told {
    lines: Vec<String>,
    body: String,
    risk: Option<&'static str>,
    /// Yes, no, and what silence means.
    own: Option<[&'static str; 3]>,
}

impl Told {
    fn of(ask: &Ask, errand: &ErrandRow, lang: Lang) -> Self {
        let tag = &ask.ask.tag;
        let decides = ask.ask.kind == AskKind::Approve;
        let car = decides
            .then(|| vehicle::words::ask(lang, errand, tag))
            .flatten();
        let own = match errand.kind.as_str() {
            _ if !decides => None,
            rail::TICKET => rail::words::ask(lang, tag),
            hospital::VISIT => hospital::words::ask(lang, tag),
            _ => car.as_ref().map(|car| [car.yes, car.no, car.silence]),
        };
        let body = ask.ask.body.in_lang(lang);
        let (lines, body) = match car {
            Some(_) => (vehicle::words::sentences(body, lang), String::new()),
            None => (Vec::new(), body.to_owned()),
        };
        Self {
            lines,
            body,
            risk: car.and_then(|car| car.risk),
            own,
        }
    }
}

pub(super) async fn ask_page(
    web: &Web,
    looking: Looking,
    ask: &Ask,
    trial: Trial,
) -> Result<AskPage, AppError> {
    let (app, lang, now) = (&web.app, looking.shell.lang, web.app.now());
    let accounts = app.accounts(&looking.actor).await?;
    let errand = app.errand(&looking.actor, &ask.errand).await?;
    let is_open = ask.state == AskState::Open;
    let is_code = ask.ask.kind == AskKind::Qr;
    let told = Told::of(ask, &errand, lang);
    let picture = ask.ask.picture.as_deref().filter(|_| is_open);
    let own = told.own;
    let order = match own {
        Some(_) if is_open => order(app, &looking.actor, &errand, lang).await?,
        _ => None,
    };
    let needs_code = app.needs_code(&looking.actor, ask, looking.session.as_ref());
    let needs_code = is_open && needs_code.await?;
    let elsewhere = match is_open && is_code {
        true => looking
            .screen
            .elsewhere(&web.links.short_path(&ask.id).await?),
        false => None,
    };
    let mut shell = looking.shell;
    if ask.state == AskState::Answered && !errand.phase.is_over() {
        shell.again_s = AFTER_ANSWER_S;
    }
    Ok(AskPage {
        icon: ask.service.as_str(),
        from: views::from(ask, &accounts, lang),
        title: ask.ask.title.in_lang(lang).to_owned(),
        body: told.body,
        told: told.lines,
        risk: told.risk,
        kind: kind(ask.ask.kind),
        picture: picture.map(pixels),
        points: trial.points,
        left: left(ask, lang, now),
        why: own.map_or(words::ask_why(lang, ask.ask.kind), |[.., silence]| silence),
        yes: own.map_or(words::m(lang, "asks-yes-2"), |[yes, ..]| yes),
        no: own.map_or(words::m(lang, "asks-no-2"), |[_, no, _]| no),
        order,
        errand: (!is_open).then(|| errand.reason.in_lang(lang).to_owned()),
        ended: ended::of(app, &looking.actor, ask, &errand, lang).await?,
        is_again: is_open && by_sight(ask.ask.kind) && app.tries_before(ask).await? > 0,
        error: trial.error,
        needs_code,
        code_error: trial.code_error,
        action: looking.action,
        inside: looking.inside,
        another: another(ask, &errand, lang).unwrap_or_default(),
        resend: resend(ask, lang, now),
        steps: steps(ask, &errand, lang),
        live: (is_open && is_code).then(|| Live::of(ask, &errand, lang, now)),
        how: how(ask, lang),
        elsewhere,
        is_wechat: looking.screen.is_wechat,
        scan_s: if is_open && is_code { QR_S } else { 0 },
        s: shell,
    })
}

/// What is left of an open ask.
pub(super) fn left(ask: &Ask, lang: Lang, now: Timestamp) -> Option<Left> {
    let deadline = ask.ask.deadline.filter(|_| ask.state == AskState::Open);
    deadline.map(|deadline| words::left(lang, deadline, now))
}

/// Where a wrong answer is asked for once more.
fn by_sight(kind: AskKind) -> bool {
    matches!(kind, AskKind::Captcha | AskKind::Points | AskKind::Sms)
}

/// The moment from which another message can be asked for, while it lies ahead.
fn resend(ask: &Ask, lang: Lang, now: Timestamp) -> Option<Left> {
    let wait_s = resend_wait_s(ask, now);
    let at = now
        .checked_add(jiff::SignedDuration::from_secs(wait_s))
        .ok()?;
    (ask.ask.kind == AskKind::Sms && wait_s > 0).then(|| words::left(lang, at, now))
}

/// Seconds until another message can be asked for; none or less: now.
pub(super) fn resend_wait_s(ask: &Ask, now: Timestamp) -> i64 {
    RESEND_S - (now.as_second() - ask.at.as_second())
}

/// A sign-in with a picture begins anew with another one when it is told to run.
pub(super) fn another(ask: &Ask, errand: &ErrandRow, lang: Lang) -> Option<&'static str> {
    let begins_anew = errand.internal && by_picture(ask.service) && ask.state == AskState::Open;
    match ask.ask.kind {
        _ if !begins_anew => None,
        AskKind::Captcha | AskKind::Points => Some(words::m(lang, "asks-hard-to-read-another-one")),
        AskKind::Sms => Some(words::m(lang, "asks-none-came-read-another-picture")),
        _ => None,
    }
}

/// 114, and the permit's form: a picture, then a text message.
fn by_picture(service: Service) -> bool {
    matches!(service, Service::Hospital | Service::Permit)
}

/// Where one is in such a sign-in.
fn steps(ask: &Ask, errand: &ErrandRow, lang: Lang) -> Vec<Step> {
    let here = match ask.ask.kind {
        AskKind::Captcha => 0,
        AskKind::Sms => 1,
        _ => return Vec::new(),
    };
    if !by_picture(ask.service) || !errand.internal {
        return Vec::new();
    }
    Step::row(
        here,
        [
            words::m(lang, "asks-picture"),
            words::m(lang, "asks-text-message"),
            words::m(lang, "asks-signed-in-2"),
        ],
    )
}

/// From the picture on this phone into the app on this phone.
fn how(ask: &Ask, lang: Lang) -> Vec<&'static str> {
    if ask.ask.kind != AskKind::Qr {
        return Vec::new();
    }
    let open = match ask.service {
        Service::Rail => words::m(lang, "asks-open-the-12306-app-and"),
        _ => words::m(lang, "asks-open-the-services-own-app"),
    };
    vec![
        words::m(lang, "asks-save-the-code-above-among"),
        open,
        words::m(lang, "asks-choose-the-picture-just-saved"),
    ]
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

/// The natural size of a picture; that of a common one where it cannot be read.
pub(super) fn natural(encoded: &str) -> (u32, u32) {
    let bytes = STANDARD.decode(encoded).unwrap_or_default();
    picture_size::of(&bytes).unwrap_or((300, 100))
}

fn pixels(encoded: &str) -> Pixels {
    let (width, height) = natural(encoded);
    Pixels {
        width,
        height,
        shown: shown((width, height)),
        // JPEG begins with ff d8.
        ending: match encoded.starts_with("/9") {
            true => "jpg",
            false => "png",
        },
    }
}
