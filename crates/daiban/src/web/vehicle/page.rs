//! `/cars`: the cars of the household, and one with everything about it.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    account::{Account, AccountState},
    household::Touched,
    id::{AccountId, ErrandId},
    service::Service,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    super::{
        Web, live,
        page::{Note, Shell, html, html_with},
        security::Oops,
        visitor::{Fields, Me},
        words::{self, State as Mark, m},
        work::{Piece, Standing},
    },
    chart::{self, Chart},
    commands::{self, Offer, OrderView},
    facts::{self, Condition, Pace, Sim},
    known::{self, Known, Lists},
    place::{Place, place},
    readings::{Told, told as told_by},
};
use crate::{
    app::{AppError, json_of},
    say,
};

/// After a command that asks first, so long is waited for its ask.
const ASK_COMES: Duration = Duration::from_secs(6);
/// After one that asks nothing: long enough to see it refused.
const BEGINS: Duration = Duration::from_millis(600);
/// Seconds between two looks of the page at itself while a command is on its way.
const WATCHING_S: u32 = 2;
/// The same without JavaScript.
const RELOAD_S: u32 = 5;
/// A look takes so long at most: the line's own floor, a token that is renewed first, two requests that time out.
const LOOK_AT_MOST: Duration = Duration::from_secs(45);

struct AccountRow {
    href: String,
    name: String,
    about: String,
    state: Mark,
}

#[derive(Template)]
#[template(path = "cars.html")]
struct ListPage {
    s: Shell,
    rows: Vec<AccountRow>,
    writes: bool,
}

/// `GET /cars`: one account leads on to its car.
pub(in crate::web) async fn list(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let mut accounts = web.app.accounts(&me.actor).await?;
    accounts.retain(|account| account.service == Service::Vehicle);
    if let [only] = accounts.as_slice() {
        return Ok(Redirect::to(&format!("/cars/{}", only.id)).into_response());
    }
    let mut rows = Vec::new();
    for account in &accounts {
        rows.push(row(&web, &me, account).await?);
    }
    Ok(html(&ListPage {
        s: Shell::full(&web, &me, "cars").await?,
        rows,
        writes: me.actor.writes(),
    }))
}

async fn row(web: &Web, me: &Me, account: &Account) -> Result<AccountRow, AppError> {
    let known = Known::of(web, me, &account.id, None, Lists::Peek).await?;
    let told = known
        .reading
        .as_ref()
        .map(|reading| told_by(reading, me.lang, web.app.now()));
    let about = told.map(|told| format!("{} · {}", told.summary, told.age));
    Ok(AccountRow {
        href: format!("/cars/{}", account.id),
        name: account.name.clone(),
        about: about.unwrap_or_else(|| m(me.lang, "vehicle-not-looked-at-yet").to_owned()),
        state: words::account(me.lang, account.state),
    })
}

/// Which car.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Which {
    #[serde(default)]
    car: String,
}

impl Which {
    fn car(&self) -> Option<&str> {
        Some(self.car.as_str()).filter(|car| facts::is_car(car))
    }
}

/// The part of the page that looks at itself.
struct Board {
    id: String,
    /// Its last four characters, where the account has several.
    car: String,
    problem: Option<Problem>,
    /// What somebody has just asked for and is under way.
    waiting: Option<Waiting>,
    /// Why what they asked for did not work.
    failed: Option<Note>,
    now: Option<OrderView>,
    told: Option<Told>,
    place: Option<Place>,
    conditions: Vec<Condition>,
    offers: Vec<Offer>,
    changes: bool,
    /// Seconds after which it is asked for even without news.
    every_s: u32,
    /// The readings come beside the part they belong to.
    is_part: bool,
}

/// A look under way.
struct Waiting {
    said: &'static str,
    /// So many seconds more at most; 0: longer than usual.
    seconds: u64,
}

/// Why the account cannot be used.
struct Problem {
    text: String,
    href: String,
}

#[derive(Template)]
#[template(path = "car.html")]
struct CarPage {
    s: Shell,
    title: String,
    about: String,
    note: Option<Note>,
    board: Board,
    /// Address and name of the other cars of the account, and which is shown.
    cars: Vec<(String, String, bool)>,
    pace: Option<Pace>,
    watch: Option<String>,
    sim: Option<Sim>,
    charts: Vec<Chart>,
    history: Vec<OrderView>,
    sent_today: usize,
    theirs: bool,
    /// Without JavaScript the page loads itself again while a command is on its way.
    reload_s: u32,
}

#[derive(Template)]
#[template(path = "car_live.html")]
struct LivePart {
    s: Shell,
    board: Board,
}

/// `GET /cars/{account}`
pub(in crate::web) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(account): Path<AccountId>,
    Query(which): Query<Which>,
) -> Result<Response, Oops> {
    let page = car_page(&web, &me, &account, which.car(), None).await?;
    Ok(html(&page))
}

/// `GET /cars/{account}/live`: the part alone, or 204 when it is as it was.
pub(in crate::web) async fn live(
    State(web): State<Web>,
    me: Me,
    Path(account): Path<AccountId>,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Response, Oops> {
    let known = Known::of(&web, &me, &account, which.car(), Lists::Peek).await?;
    let mut board = board(&web, &me, &known);
    board.is_part = true;
    let s = Shell::alone(me.lang, me.csrf.clone());
    Ok(live::part(&headers, &LivePart { s, board })?)
}

async fn car_page(
    web: &Web,
    me: &Me,
    account: &AccountId,
    car: Option<&str>,
    note: Option<Note>,
) -> Result<CarPage, AppError> {
    let (lang, now) = (me.lang, web.app.now());
    let known = Known::of(web, me, account, car, Lists::Ask).await?;
    let board = board(web, me, &known);
    let readings = known.readings(web, me).await?;
    let watch = known.watch.as_ref();
    let is_running = board.now.as_ref().is_some_and(|now| now.running);
    Ok(CarPage {
        s: Shell::full(web, me, "cars").await?,
        title: known.title(),
        about: about(&known),
        note,
        cars: others(&known, lang),
        pace: watch.map(|watch| facts::pace(watch.fact("pace"), &watch.errand, lang, now)),
        watch: watch.map(|watch| format!("/errands/{}", watch.errand.id)),
        sim: known.data.as_ref().map(|data| facts::sim(data, lang, now)),
        charts: chart::draw(&readings, lang, now),
        history: commands::history(&known.orders, lang, now),
        sent_today: commands::sent_today(&known.orders, now),
        theirs: known.theirs,
        reload_s: match (&board.waiting, is_running) {
            (Some(_), _) => WATCHING_S,
            (None, true) => RELOAD_S,
            _ => 0,
        },
        board,
    })
}

/// Series and number, as far as they are known.
fn about(known: &Known) -> String {
    let listed = known.car.as_ref();
    let series = listed.and_then(|car| car.series.clone());
    let vin = known.reading.as_ref().map(|reading| reading.vin.clone());
    let vin = listed
        .map(|car| car.vin.clone())
        .or(vin)
        .filter(|vin| !vin.is_empty());
    let name = (known.title() != known.account.name).then(|| known.account.name.clone());
    let parts: Vec<String> = [series, name, vin].into_iter().flatten().collect();
    parts.join(" · ")
}

fn others(known: &Known, lang: daiban_core::Lang) -> Vec<(String, String, bool)> {
    if known.cars.len() < 2 {
        return Vec::new();
    }
    let here = known.car.as_ref().map(|car| &car.car);
    let car = |car: &crate::app::CarListed| {
        let name = car.plate.clone().or_else(|| car.series.clone());
        let name = name.unwrap_or_else(|| m(lang, "shell-no-plate").to_owned());
        let href = format!("/cars/{}?car={}", known.account.id, car.car);
        (
            href,
            format!("{name} · {}", car.car),
            here == Some(&car.car),
        )
    };
    let cars = known.cars.iter().filter(|car| facts::is_car(&car.car));
    cars.map(car).collect()
}

fn board(web: &Web, me: &Me, known: &Known) -> Board {
    let (lang, now) = (me.lang, web.app.now());
    let fact = |name| {
        known
            .watch
            .as_ref()
            .map_or(&Value::Null, |watch| watch.fact(name))
    };
    let on_top = commands::on_top(&known.orders, lang, now);
    let is_running = on_top.as_ref().is_some_and(|one| one.running);
    let car = match known.cars.len() {
        0 | 1 => String::new(),
        _ => known.name().unwrap_or_default(),
    };
    let place_of = |reading| {
        let areas = known.areas(reading);
        place(reading, areas, web.map_url.as_deref(), (lang, now))
    };
    let work = web
        .work
        .of(&look_of(&known.account.id))
        .filter(|_| known.theirs);
    let (waiting, failed) = match work {
        Some(Standing::Waiting { what, seconds }) => {
            let said = looking(what, lang);
            (Some(Waiting { said, seconds }), None)
        }
        Some(Standing::Failed(error)) => (None, Some(Note::of(&error, lang))),
        None => (None, None),
    };
    Board {
        waiting,
        failed,
        id: known.account.id.to_string(),
        car,
        problem: problem(known, lang),
        now: on_top,
        place: known
            .reading
            .as_ref()
            .filter(|_| known.theirs)
            .map(place_of),
        told: known
            .reading
            .as_ref()
            .map(|reading| told_by(reading, lang, now)),
        conditions: facts::conditions(fact("conditions"), lang, now),
        offers: match known.changes && known.account.state != AccountState::SignInLost {
            true => commands::offers(known.can.as_ref(), &known.orders, lang, now),
            false => Vec::new(),
        },
        changes: known.changes,
        every_s: if is_running {
            WATCHING_S
        } else {
            web.refresh_s()
        },
        is_part: false,
    }
}

fn problem(known: &Known, lang: daiban_core::Lang) -> Option<Problem> {
    let account = &known.account;
    if account.state == AccountState::Ready {
        return None;
    }
    let said = account
        .problem
        .as_ref()
        .map(|text| text.in_lang(lang).to_owned());
    let state = || words::account(lang, account.state).word.to_owned();
    Some(Problem {
        text: said.unwrap_or_else(state),
        href: format!("/accounts/{}", account.id),
    })
}

/// `POST /cars/{account}/command`: begins it and leads to its ask, where it has one.
pub(in crate::web) async fn command(
    State(web): State<Web>,
    me: Me,
    Path(account): Path<AccountId>,
    fields: Fields,
) -> Result<Response, Oops> {
    let car = Some(fields.text("car")).filter(|car| facts::is_car(car));
    match told(&web, &me, &account, car, &fields).await {
        Ok(onward) => Ok(Redirect::to(&onward).into_response()),
        Err(error) => refused(&web, &me, &account, car, error).await,
    }
}

async fn told(
    web: &Web,
    me: &Me,
    account: &AccountId,
    car: Option<&str>,
    fields: &Fields,
) -> Result<String, AppError> {
    let mut args = Map::new();
    for name in ["minutes", "what"] {
        let given = Some(fields.text(name)).filter(|value| !value.is_empty());
        args.extend(given.map(|value| (name.to_owned(), Value::from(value))));
    }
    let (word, args) = (fields.text("command"), Value::Object(args));
    let (app, actor) = (&web.app, &me.actor);
    let id: ErrandId = app
        .vehicle_command(actor, account, car, (word, &args), "web")
        .await?;
    let begun = app.vehicle_order(actor, account, &id).await?;
    let asks = begun.order.command.class() != daiban_providers::vehicle::command::Class::Safe;
    let patience = if asks { ASK_COMES } else { BEGINS };
    let begun = app
        .vehicle_order_begun(actor, account, &id, patience)
        .await?;
    Ok(match begun.ask {
        Some(ask) => format!("/asks/{ask}"),
        None => here(account, car),
    })
}

fn here(account: &AccountId, car: Option<&str>) -> String {
    let query = car.map(|car| format!("?car={car}")).unwrap_or_default();
    format!("/cars/{account}{query}")
}

/// The page with what was wrong on top; nothing was sent.
async fn refused(
    web: &Web,
    me: &Me,
    account: &AccountId,
    car: Option<&str>,
    error: AppError,
) -> Result<Response, Oops> {
    let status =
        StatusCode::from_u16(say::status(&error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let shown = matches!(
        error,
        AppError::Invalid(_) | AppError::NotNow(_) | AppError::Service(_)
    );
    if !shown {
        return Err(error.into());
    }
    let note = Some(Note::of(&error, me.lang));
    Ok(html_with(
        status,
        &car_page(web, me, account, car, note).await?,
    ))
}

/// `POST /cars/{account}/look`: asks for the status once, wakes the car for it, or asks for the data of its SIM card.
pub(in crate::web) async fn look(
    State(web): State<Web>,
    me: Me,
    Path(account): Path<AccountId>,
    fields: Fields,
) -> Result<Response, Oops> {
    let car = Some(fields.text("car")).filter(|car| facts::is_car(car));
    let owner = web.app.account(&me.actor, &account).await?.user;
    let what = match fields.text("what") {
        "data" => "data",
        "fresh" => "fresh",
        _ => "cached",
    };
    let piece = Piece {
        about: look_of(&account),
        what,
        at_most: LOOK_AT_MOST,
        touched: Touched {
            user: Some(owner),
            account: Some(account.clone()),
        },
    };
    let looking = look_at(
        web.clone(),
        me.clone(),
        account.clone(),
        car.map(str::to_owned),
        what,
    );
    match web.work.begin(web.app.live(), piece, looking).await {
        None | Some(Ok(())) => Ok(Redirect::to(&here(&account, car)).into_response()),
        Some(Err(error)) => refused(&web, &me, &account, car, error).await,
    }
}

/// Under which name a look at an account's cars is under way.
fn look_of(account: &AccountId) -> String {
    format!("look/{account}")
}

fn looking(what: &str, lang: daiban_core::Lang) -> &'static str {
    match what {
        "data" => m(lang, "vehicle-asking-for-the-data-of"),
        "fresh" => m(lang, "vehicle-waking-the-car"),
        _ => m(lang, "vehicle-asking-the-cloud"),
    }
}

async fn look_at(
    web: Web,
    me: Me,
    account: AccountId,
    car: Option<String>,
    what: &'static str,
) -> Result<(), AppError> {
    let (app, actor, car) = (&web.app, &me.actor, car.as_deref());
    match what {
        "data" => look_at_data(&web, &me, &account, car).await,
        _ => app
            .vehicle_status(actor, &account, car, what == "fresh")
            .await
            .map(drop),
    }
}

async fn look_at_data(
    web: &Web,
    me: &Me,
    account: &AccountId,
    car: Option<&str>,
) -> Result<(), AppError> {
    let known = Known::of(web, me, account, car, Lists::Peek).await?;
    let data = web.app.vehicle_data(&me.actor, account, car).await?;
    let key = known::data_key(account, known.asked.as_deref());
    web.kept.keep(key, web.app.now(), Ok(json_of(&data)?));
    Ok(())
}
