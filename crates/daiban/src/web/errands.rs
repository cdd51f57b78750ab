//! Errands: the list, the form made from the descriptor, one page for each with why it is where it is.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    Lang, Timestamp,
    account::{Account, AccountState},
    descriptor::ErrandKind,
    errand::Phase,
    id::{AccountId, ErrandId},
    lifecycle::Verb,
    service::Service,
};
use serde_json::{Map, Value};

use super::{
    Web,
    form::{self, Field, Filled, Making, beside_the_fields},
    hospital,
    page::{Note, Shell, html, html_with},
    rail,
    security::Oops,
    vehicle,
    views::{self, AskView, ErrandView, Line, ProblemView},
    visitor::{Fields, Me},
    words,
};
use crate::{
    app::{AppError, DryRun, NewErrand, Started},
    ics, say,
};

/// So many lines of history are read; the same sentence many times over is shown as one.
const LINES: usize = 200;
/// So many are shown at once, the others on demand.
const LINES_SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "errands.html")]
struct ListPage {
    s: Shell,
    going: Vec<ErrandView>,
    over: Vec<ErrandView>,
    writes: bool,
}

/// `GET /errands`
pub(super) async fn list(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let (app, at) = (&web.app, (me.lang, web.app.now()));
    let (accounts, services) = (app.accounts(&me.actor).await?, app.services());
    let (mut going, mut over) = (Vec::new(), Vec::new());
    for row in app.errands(&me.actor).await? {
        let facts = match views::is_headed_by_facts(&row) {
            true => app.facts(&me.actor, &row.id).await?,
            false => Vec::new(),
        };
        let view = views::errand(&row, &facts, &services, &accounts, at);
        if row.phase.is_over() {
            over.push(view)
        } else {
            going.push(view)
        }
    }
    over.truncate(50);
    Ok(html(&ListPage {
        s: Shell::full(&web, &me, "errands").await?,
        going,
        over,
        writes: me.actor.writes(),
    }))
}

/// A kind as offered.
struct Offer {
    href: String,
    icon: &'static str,
    label: &'static str,
    help: &'static str,
    /// The service whose account is missing, when none is there.
    missing: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "errand_kinds.html")]
struct KindsPage {
    s: Shell,
    offers: Vec<Offer>,
}

/// `GET /errands/new`
pub(super) async fn kinds(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let lang = me.lang;
    let accounts = web.app.accounts(&me.actor).await?;
    let mut offers = Vec::new();
    for service in web.app.services() {
        let has = accounts
            .iter()
            .any(|account| account.service == service.service);
        for kind in service.errands.iter().filter(|kind| !kind.internal) {
            let word = service.service.as_str();
            let missing = (!has).then(|| {
                (
                    format!("/accounts/new/{word}"),
                    service.name.in_lang(lang).to_owned(),
                )
            });
            offers.push(Offer {
                href: format!("/errands/new/{}", kind.kind),
                icon: word,
                label: kind.label.in_lang(lang),
                help: kind.help.in_lang(lang),
                missing,
            });
        }
    }
    Ok(html(&KindsPage {
        s: Shell::full(&web, &me, "errands").await?,
        offers,
    }))
}

#[derive(Template)]
#[template(path = "errand_new.html")]
struct NewPage {
    s: Shell,
    kind: &'static str,
    icon: String,
    label: &'static str,
    help: &'static str,
    /// Id, name, chosen.
    accounts: Vec<(String, String, bool)>,
    account_error: Option<String>,
    fields: Vec<Field>,
    error: Option<String>,
    dry: Option<Dry>,
}

/// What an errand would do now.
pub(super) struct Dry {
    pub(super) steps: Vec<String>,
    pub(super) next: String,
}

/// `GET /errands/new/{kind}`
pub(super) async fn form(
    State(web): State<Web>,
    me: Me,
    Path(kind): Path<String>,
) -> Result<Response, Oops> {
    let kind = offered(&web, &kind)?;
    Ok(html(
        &new_page(&web, &me, kind, Filled::Fresh, Tried::default()).await?,
    ))
}

/// `POST /errands/new/{kind}`
pub(super) async fn add(
    State(web): State<Web>,
    me: Me,
    Path(kind): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let kind = offered(&web, &kind)?;
    let dry_run = fields.get("dry_run").is_some();
    let new = NewErrand {
        kind: kind.kind.to_owned(),
        account: AccountId::from(fields.text("account")),
        wishes: wishes(&fields),
    };
    let tried = match web.app.add_errand(&me.actor, new, dry_run).await {
        Ok(Started::Errand(errand)) => {
            return Ok(Redirect::to(&format!("/errands/{}", errand.id)).into_response());
        }
        Ok(Started::DryRun(dry)) => Tried {
            dry: Some(told(&dry, me.lang)),
            ..Tried::default()
        },
        Err(error) => Tried::failed(error),
    };
    let status = StatusCode::from_u16(tried.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status.is_server_error() && !matches!(tried.error, Some(AppError::Service(_))) {
        return Err(tried.error.unwrap_or(AppError::Forbidden).into());
    }
    Ok(html_with(
        status,
        &new_page(&web, &me, kind, Filled::Typed(&fields), tried).await?,
    ))
}

/// What came of a form that did not begin an errand.
pub(super) struct Tried {
    pub(super) error: Option<AppError>,
    pub(super) dry: Option<Dry>,
    pub(super) status: u16,
}

impl Default for Tried {
    fn default() -> Self {
        Self {
            error: None,
            dry: None,
            status: 200,
        }
    }
}

impl Tried {
    /// Refused.
    pub(super) fn failed(error: AppError) -> Self {
        Self {
            status: say::status(&error),
            error: Some(error),
            dry: None,
        }
    }

    /// Something at a field has to be made clear first.
    pub(super) fn unclear() -> Self {
        Self {
            status: 422,
            ..Self::default()
        }
    }
}

/// Accounts of a service that they may begin an errand with.
pub(super) async fn own_accounts(
    web: &Web,
    me: &Me,
    service: Service,
) -> Result<Vec<Account>, AppError> {
    let mut accounts = web.app.accounts(&me.actor).await?;
    accounts.retain(|account| {
        account.service == service && me.actor.uses(&account.user, account.shared)
    });
    Ok(accounts)
}

/// What stands beside an account that is not signed in.
pub(super) fn standing(account: &Account, lang: Lang) -> Option<(String, words::State)> {
    (account.state != AccountState::Ready).then(|| {
        (
            format!("/accounts/{}", account.id),
            words::account(lang, account.state),
        )
    })
}

fn offered(web: &Web, kind: &str) -> Result<&'static ErrandKind, AppError> {
    let found = views::kind_of(&web.app.services(), kind).filter(|kind| !kind.internal);
    found.ok_or_else(|| AppError::NotFound {
        what: "errand kind",
        id: kind.to_owned(),
    })
}

fn wishes(fields: &Fields) -> Map<String, Value> {
    fields
        .under("w.")
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect()
}

pub(super) fn told(dry: &DryRun, lang: Lang) -> Dry {
    Dry {
        steps: dry
            .steps
            .iter()
            .map(|step| step.reason.in_lang(lang).to_owned())
            .collect(),
        next: say::next_words(&dry.next, lang),
    }
}

async fn new_page(
    web: &Web,
    me: &Me,
    kind: &'static ErrandKind,
    filled: Filled<'_>,
    tried: Tried,
) -> Result<NewPage, AppError> {
    let lang = me.lang;
    let mut accounts = web.app.accounts(&me.actor).await?;
    accounts.retain(|account| me.actor.uses(&account.user, account.shared));
    let icon = kind.kind.split('.').next().unwrap_or_default();
    let chosen = match &filled {
        Filled::Typed(fields) => fields.text("account").to_owned(),
        _ => String::new(),
    };
    let options = choices(&accounts, icon, &chosen);
    let error = tried.error.as_ref();
    let account_error = error.filter(|error| {
        error.field() == Some("account")
            || matches!(
                error,
                AppError::NotFound {
                    what: "account",
                    ..
                }
            )
    });
    let account_error = account_error.map(|error| match form::invalid(error) {
        Some(invalid) => invalid.text.in_lang(lang).to_owned(),
        None => words::t(lang, "请选一个账号", "choose an account").to_owned(),
    });
    let making = Making {
        lang,
        prefix: "w.",
        filled,
        error,
        accounts: &accounts,
    };
    let fields = making.fields(kind.wishes);
    let beside = if account_error.is_some() {
        None
    } else {
        beside_the_fields(error, &[&fields], lang)
    };
    Ok(NewPage {
        s: Shell::full(web, me, "errands").await?,
        kind: kind.kind,
        icon: icon.to_owned(),
        label: kind.label.in_lang(lang),
        help: kind.help.in_lang(lang),
        accounts: options,
        account_error,
        error: beside,
        fields,
        dry: tried.dry,
    })
}

fn choices(accounts: &[Account], service: &str, chosen: &str) -> Vec<(String, String, bool)> {
    accounts
        .iter()
        .filter(|account| account.service.as_str() == service)
        .map(|account| {
            (
                account.id.to_string(),
                account.name.clone(),
                account.id.as_str() == chosen,
            )
        })
        .collect()
}

#[derive(Template)]
#[template(path = "errand.html")]
struct DetailPage {
    s: Shell,
    errand: ErrandView,
    note: Option<Note>,
    asks: Vec<AskView>,
    problems: Vec<ProblemView>,
    /// Label and value of every wish.
    wishes: Vec<(String, String)>,
    /// Other facts by name.
    facts: Vec<(String, String)>,
    lines: Vec<Line>,
    older: Vec<Line>,
    since: String,
    buttons: Vec<Button>,
}

/// A verb that makes sense now.
struct Button {
    verb: &'static str,
    label: &'static str,
}

/// `GET /errands/{id}`
pub(super) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    Ok(html(&detail(&web, &me, &ErrandId::from(id), None).await?))
}

/// `GET /errands/{id}/visit.ics`: a booked visit for the phone's own calendar.
pub(super) async fn entry(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let id = ErrandId::from(id);
    let text = web.app.visit_calendar(&me.actor, &id, me.lang).await?;
    let headers = [
        (header::CONTENT_TYPE, ics::CONTENT_TYPE),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"visit.ics\"",
        ),
    ];
    Ok((headers, text).into_response())
}

/// `POST /errands/{id}/{verb}`: run, pause, resume, cancel.
pub(super) async fn tell(
    State(web): State<Web>,
    me: Me,
    Path((id, verb)): Path<(String, String)>,
) -> Result<Response, Oops> {
    let id = ErrandId::from(id);
    let Some(verb) = verb_of(&verb) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    match web.app.tell(&me.actor, &id, verb).await {
        Ok(_) => Ok(Redirect::to(&format!("/errands/{id}")).into_response()),
        Err(error @ AppError::NotNow(_)) => {
            let note = Some(Note::of(&error, me.lang));
            Ok(html_with(
                StatusCode::CONFLICT,
                &detail(&web, &me, &id, note).await?,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

fn verb_of(word: &str) -> Option<Verb> {
    match word {
        "run" => Some(Verb::Run),
        "pause" => Some(Verb::Pause),
        "resume" => Some(Verb::Resume),
        "cancel" => Some(Verb::Cancel),
        _ => None,
    }
}

async fn detail(
    web: &Web,
    me: &Me,
    id: &ErrandId,
    note: Option<Note>,
) -> Result<DetailPage, AppError> {
    let (app, lang, now) = (&web.app, me.lang, web.app.now());
    let (accounts, services) = (app.accounts(&me.actor).await?, app.services());
    let why = app.why(&me.actor, id).await?;
    let facts = app.facts(&me.actor, id).await?;
    let mut lines = views::lines(&app.history(&me.actor, id, LINES).await?, lang, now);
    let older = lines.split_off(lines.len().min(LINES_SHOWN));
    let of = &why.errand;
    let may_use = app.may_use(&me.actor, &of.user, &of.account).await?;
    let may_change = me.actor.changes(&of.user);
    let mut shell = Shell::full(web, me, "errands").await?;
    shell.again_s = views::again_s(&why.errand);
    let mut errand = views::errand(&why.errand, &facts, &services, &accounts, (lang, now));
    if let Some(visit) = &mut errand.visit {
        visit.draw_patterns(&app.hospital_appeared(&me.actor).await?, lang, now);
    }
    Ok(DetailPage {
        s: shell,
        errand,
        note,
        asks: why
            .asks
            .iter()
            .map(|ask| views::ask(ask, &accounts, lang, now))
            .collect(),
        problems: why
            .problems
            .iter()
            .map(|problem| elsewhere(views::problem(problem, lang, now), id))
            .collect(),
        wishes: wished(
            views::kind_of(&services, &why.errand.kind),
            &why.errand.wishes,
            &accounts,
            lang,
        ),
        facts: plain_facts(&facts, lang, now),
        lines,
        older,
        since: words::moment(lang, why.errand.created_at, now),
        buttons: buttons(why.errand.phase, lang)
            .into_iter()
            .filter(|button| may_change || may_use && button.verb != "cancel")
            .collect(),
    })
}

/// The way to the page one is on is left out.
fn elsewhere(mut problem: ProblemView, here: &ErrandId) -> ProblemView {
    problem.way = problem
        .way
        .filter(|(href, _)| !href.ends_with(here.as_str()));
    problem
}

fn buttons(phase: Phase, lang: Lang) -> Vec<Button> {
    let button = |verb, zh, en| Button {
        verb,
        label: words::t(lang, zh, en),
    };
    let run = button("run", "现在看一次", "Look now");
    let pause = button("pause", "暂停", "Pause");
    let cancel = button("cancel", "不要了", "Cancel");
    match phase {
        Phase::Waiting | Phase::Working | Phase::NeedsYou => vec![run, pause, cancel],
        Phase::Paused => vec![button("resume", "继续", "Resume"), cancel],
        Phase::Done | Phase::Failed | Phase::Cancelled => Vec::new(),
    }
}

fn wished(
    kind: Option<&ErrandKind>,
    wishes: &Value,
    accounts: &[Account],
    lang: Lang,
) -> Vec<(String, String)> {
    let Some(kind) = kind else {
        return Vec::new();
    };
    match kind.kind {
        rail::TICKET => return rail::wished::wished(kind, wishes, lang),
        hospital::VISIT => return hospital::wished::wished(kind, wishes, lang),
        vehicle::WATCH | vehicle::COMMAND => return vehicle::words::wished(kind, wishes, lang),
        _ => {}
    }
    let shown = |wish: &daiban_core::descriptor::Wish| {
        let value = form::typed(&wishes[wish.name], lang).filter(|_| !wish.secret)?;
        Some((
            wish.label.in_lang(lang).to_owned(),
            in_words(wish.form, value, accounts, lang),
        ))
    };
    kind.wishes.iter().filter_map(shown).collect()
}

fn in_words(
    form: daiban_core::descriptor::Form,
    value: String,
    accounts: &[Account],
    lang: Lang,
) -> String {
    use daiban_core::descriptor::Form;
    match form {
        Form::Choice(choices) => {
            let label = choices
                .iter()
                .find(|(word, _)| *word == value)
                .map(|(_, label)| label.in_lang(lang).to_owned());
            label.unwrap_or(value)
        }
        Form::Account(_) => {
            let name = accounts
                .iter()
                .find(|account| account.id.as_str() == value)
                .map(|account| account.name.clone());
            name.unwrap_or(value)
        }
        _ => value,
    }
}

/// Facts that are one value each and have no picture of their own.
fn plain_facts(facts: &[(String, Value)], lang: Lang, now: Timestamp) -> Vec<(String, String)> {
    facts
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), plain(value, lang, now)?)))
        .collect()
}

fn plain(value: &Value, lang: Lang, now: Timestamp) -> Option<String> {
    let moment = value
        .as_str()
        .and_then(|text| text.parse::<Timestamp>().ok());
    match moment {
        Some(moment) => Some(words::moment(lang, moment, now)),
        None => form::typed(value, lang),
    }
}
