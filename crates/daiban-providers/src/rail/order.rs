//! Placing an order: one straight line of requests, each waiting for the answer to the one before.
//!
//! | request | what may end it there |
//! | --- | --- |
//! | `submitOrderRequest` | unfinished order, stale row |
//! | `initDc` | sign-in lost, 系统忙, a slider: code `hand_over` |
//! | `getPassengerDTOs`, only when somebody is not in memory | code `passengers` |
//! | `checkOrderInfo` | no tickets, already bought, a captcha: code `hand_over` |
//! | `getQueueCount` | more people in line than tickets; only standing left |
//! | `confirmSingleForQueue` | a clear no; anything else but a yes is unsure |
//! | `queryOrderWaitTime`, once | nothing: with an order number it is done, without one it is unsure |
//!
//! Up to the last request but one, every error says that surely nothing was bought. From there on only the service can
//! say, and `order_outcome` asks it. "Taken in" is not "ordered": the only success is an order number.
//!
//! The port cannot wait, so where the service wants a pause before the order is placed, a short one is passed over and a
//! long one ends the try as busy; see [`LONGEST_PAUSE_MS`].

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use daiban_core::invalid::InvalidInput;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::choice::{self, SeatWish};
use super::desk::{NoAnswer, Rail};
use super::error::{
    ALREADY_BOUGHT, NO_TICKETS, UNFINISHED_ORDER, account_data_or_error, data_or_error, hand_over,
    refused,
};
use super::flow::Line;
use super::order_memory::{Placed, Whose};
use super::orders::{Berths, OrderWish, Ordered};
use super::seats::STANDING;
use super::wire::init_dc::{OrderPage, order_page};
use super::wire::order::{self, PeopleTexts, Places};
use super::wire::order_reply::{self, Checked, QueueCount, Wait};
use super::wire::passenger_text::{Traveller, people_text, tickets_text};
use super::wire::people::{Person, order_people};

/// A pause that the service wants before an order is placed and that is passed over: 1 ms is what it says today, thousands
/// are from years ago (*seen*).
const LONGEST_PAUSE_MS: u64 = 1500;

/// The page asks about the queue once a second at most (*seen*).
pub(super) const TICK: SignedDuration = SignedDuration::from_secs(1);

/// Places an order and asks once what became of it.
///
/// # Errors
/// `Unsure` once it was placed and there is no clear no and no order number; any other error: surely nothing was bought.
pub(super) async fn act(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    wish: &OrderWish,
) -> Result<Value, ServiceError> {
    let seats = check_wish(wish).map_err(|input| ServiceError::from(NoAnswer::from(input)))?;
    let ready = prepare(rail, line, whose, wish)
        .await
        .map_err(nothing_happened)?;
    let places = places(wish, seats.as_ref(), &ready.checked);
    let request = order::confirm(line.base, &ready.page, wish, ready.texts(), &places);
    place(
        rail,
        line,
        whose,
        Placed::new(wish, &ready.page.token),
        request,
    )
    .await
}

/// An order that only needs to be placed.
struct Ready {
    page: OrderPage,
    checked: Checked,
    tickets: String,
    people: String,
}

impl Ready {
    fn texts(&self) -> PeopleTexts<'_> {
        PeopleTexts {
            tickets: &self.tickets,
            people: &self.people,
        }
    }
}

/// Everything before the order counts.
async fn prepare(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    wish: &OrderWish,
) -> Result<Ready, ServiceError> {
    order_reply::submitted(&answer(line, order::submit(line.base, wish)).await?)?;
    let page = open_page(line, wish).await?;
    let people = people(rail, line, whose, wish, &page).await?;
    let travellers = travellers(wish, &people);
    let tickets = tickets_text(wish.seat.order_code(&wish.train), &travellers);
    let people = people_text(&travellers);
    let texts = PeopleTexts {
        tickets: &tickets,
        people: &people,
    };
    let body = answer(line, order::check(line.base, &page, texts)).await?;
    let checked = order_reply::checked(&body)
        .and_then(without_pause)
        .inspect_err(|error| forget_wrong_people(rail, whose, error))?;
    let body = answer(line, order::queue_count(line.base, &page, wish)).await?;
    check_count(wish, &order_reply::queue_count(&body)?)?;
    Ok(Ready {
        page,
        checked,
        tickets,
        people,
    })
}

/// The wish's own mistakes, before anything is asked; its seats, read.
fn check_wish(wish: &OrderWish) -> Result<Option<SeatWish>, InvalidInput> {
    let people = wish.passengers.len();
    if !(1..=9).contains(&people) {
        return Err(InvalidInput::new(
            "passengers",
            "一张订单要有 1 到 9 位乘车人",
            "an order is for 1 to 9 people",
        ));
    }
    if let Some(berths) = wish.berths {
        choice::check_berths(berths, people)?;
    }
    let seats = wish
        .choose
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    seats.map(|text| SeatWish::parse(text, people)).transpose()
}

async fn open_page(line: &Line<'_>, wish: &OrderWish) -> Result<OrderPage, ServiceError> {
    let page = order_page(&line.http.send(order::order_page(line.base)).await?)?;
    if page.slider {
        return Err(hand_over("12306 要滑块验证", "12306 wants a slider moved"));
    }
    // Somebody may have begun another order in another window.
    if !page
        .prepared
        .fits(&wish.train_no, &wish.from.code, &wish.to.code)
    {
        return Err(refused(
            "stale",
            "车票信息已过期：12306 准备的是另一趟车",
            "the ticket's data are stale: 12306 has prepared another train",
        ));
    }
    Ok(page)
}

/// The wished people: from memory, or else from the service, once.
async fn people(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    wish: &OrderWish,
    page: &OrderPage,
) -> Result<Vec<Person>, ServiceError> {
    if let Some(people) = rail.orders.people(whose, &wish.passengers) {
        return Ok(people);
    }
    let body = answer(line, order::people(line.base, page.token.reveal())).await?;
    rail.orders.keep_people(whose, order_people(&body)?);
    let people = rail.orders.people(whose, &wish.passengers);
    people.ok_or_else(|| {
        refused(
            "passengers",
            "这个账号里没有其中的乘车人，或他的信息不全",
            "somebody of the order is not among this account's passengers, or their data are incomplete",
        )
    })
}

fn travellers<'a>(wish: &OrderWish, people: &'a [Person]) -> Vec<Traveller<'a>> {
    let berths = wished_berths(wish).unwrap_or_default();
    let beds = choice::beds(berths, people.len());
    let wished = wish.passengers.iter().zip(people).zip(beds);
    wished
        .map(|((passenger, person), bed)| Traveller {
            person,
            ticket: passenger.ticket,
            bed,
        })
        .collect()
}

fn wished_berths(wish: &OrderWish) -> Option<Berths> {
    wish.berths
        .filter(|berths| choice::has_berths(wish.seat, *berths))
}

/// Wishes for places, as far as the service offers a choice for this train and class.
fn places(wish: &OrderWish, seats: Option<&SeatWish>, checked: &Checked) -> Places {
    let seat = wish.seat.order_code(&wish.train);
    let is_offered = wish.seat != STANDING && checked.lets_choose(seat);
    let seats = seats.filter(|seats| is_offered && seats.fits(seat));
    let offers = |berths: &Berths| checked.berths && (berths.middle == 0 || checked.middle_berths);
    let berths = wished_berths(wish).filter(offers);
    Places {
        seats: seats.map_or("", SeatWish::as_str).to_owned(),
        berths: berths.map(choice::berth_digits).unwrap_or_default(),
    }
}

fn without_pause(checked: Checked) -> Result<Checked, ServiceError> {
    let wait_ms = checked.wait_ms;
    if wait_ms <= LONGEST_PAUSE_MS {
        return Ok(checked);
    }
    Err(ServiceError::Busy {
        retry_after_s: Some(30),
        text: Text::new(
            format!("12306 要等 {wait_ms} 毫秒才能下单，这次没有下"),
            format!("12306 wants {wait_ms} ms to pass before the order; it was not placed"),
        ),
    })
}

/// What the page shows before the last button. Standing is never handed out to who wished for a seat.
fn check_count(wish: &OrderWish, count: &QueueCount) -> Result<(), ServiceError> {
    if count.is_full {
        return Err(refused(
            NO_TICKETS,
            "目前排队人数已经超过余票张数",
            "more people are in line than there are tickets",
        ));
    }
    let people = wish.passengers.len() as u64;
    let few_seats = count.seats.is_some_and(|seats| seats < people);
    let would_stand = few_seats && count.standing.is_some_and(|standing| standing > 0);
    if would_stand && wish.seat != STANDING {
        return Err(refused(
            NO_TICKETS,
            "余票不足：座位不够，只剩无座",
            "not enough tickets: too few seats, only standing is left",
        ));
    }
    Ok(())
}

/// The one request that buys.
async fn place(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    mut placed: Placed,
    request: Request,
) -> Result<Value, ServiceError> {
    // Remembered first: whoever drops this call midway still finds the token.
    rail.orders.keep_placed(whose, placed.clone());
    match confirm(line, request).await {
        Confirmed::TakenIn => first_answer(rail, line, whose, placed).await,
        Confirmed::Unclear { seen, told } => {
            placed.told = told;
            rail.orders.keep_placed(whose, placed);
            Err(ServiceError::Unsure { text: seen })
        }
        Confirmed::Not(error) => {
            rail.orders.forget_placed(whose);
            Err(error)
        }
    }
}

/// How the placing was answered.
enum Confirmed {
    /// It is in the queue, and not yet an order.
    TakenIn,
    /// A clear no.
    Not(ServiceError),
    /// What was seen, and the service's words if it was words.
    Unclear { seen: Text, told: Option<Text> },
}

async fn confirm(line: &Line<'_>, request: Request) -> Confirmed {
    let response = match line
        .http
        .send(request)
        .await
        .map_err(ServiceError::after_act)
    {
        Ok(response) => response,
        Err(ServiceError::Unsure { text: seen }) => return Confirmed::Unclear { seen, told: None },
        Err(error) => return Confirmed::Not(error),
    };
    if let Err(error) = data_or_error(&response) {
        let seen = error.text().clone();
        return Confirmed::Unclear { seen, told: None };
    }
    match order_reply::confirmed(&response.text()) {
        Ok(()) => Confirmed::TakenIn,
        Err(error) => judge(error),
    }
}

/// Words against an order. Haste and load leave it open, because orders were found after such words (*seen*), and so does
/// an order or a ticket in the way, because it may be this one.
fn judge(error: ServiceError) -> Confirmed {
    let seen = error.text().clone();
    match &error {
        ServiceError::Refused { code, .. } => {
            let may_be_this = [UNFINISHED_ORDER, ALREADY_BOUGHT].contains(&code.as_str());
            if !may_be_this {
                return Confirmed::Not(error);
            }
        }
        ServiceError::NeedsPerson { text } => return Confirmed::Not(hand_over(&text.zh, &text.en)),
        ServiceError::Changed { .. } => return Confirmed::Unclear { seen, told: None },
        _ => {}
    }
    let told = Some(seen.clone());
    Confirmed::Unclear { seen, told }
}

/// Asks once; whatever is not an order number is asked about later.
async fn first_answer(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    mut placed: Placed,
) -> Result<Value, ServiceError> {
    placed.pause = Some(TICK);
    let text = match ask_queue(line, &placed).await {
        Ok(Wait::Ordered(order_no)) => {
            rail.orders.forget_placed(whose);
            return Ok(json!(Ordered { order_no }));
        }
        Ok(Wait::Queued(seconds)) => {
            placed.pause = Some(pause(seconds));
            Text::new(
                "已提交，12306 正在排队",
                "placed; 12306 has it in its queue",
            )
        }
        Ok(Wait::Ended(words)) => {
            placed.token = None;
            placed.told = Some(words.clone());
            words
        }
        Ok(Wait::NoNumber | Wait::Gone) => {
            placed.token = None;
            Text::new(
                "已提交，12306 没有给订单号",
                "placed; 12306 gave no order number",
            )
        }
        Err(error) => Text::new(
            format!("已提交，没有问到排队情况：{}", error.text().zh),
            format!(
                "placed; how it fares could not be asked: {}",
                error.text().en
            ),
        ),
    };
    rail.orders.keep_placed(whose, placed);
    Err(ServiceError::Unsure { text })
}

/// One question about the queue.
///
/// # Errors
/// Those of the question; `Changed` when no token is left to ask with.
pub(super) async fn ask_queue(line: &Line<'_>, placed: &Placed) -> Result<Wait, ServiceError> {
    let token = placed.token.as_ref();
    let token = token.ok_or_else(|| ServiceError::changed("token", "none left"))?;
    let request = order::wait(line.base, token.reveal(), line.now);
    order_reply::wait(&answer(line, request).await?)
}

/// The page's own pace (*seen*): two thirds of the guessed wait, one tick at least, a minute at most.
pub(super) fn pause(seconds: Option<u32>) -> SignedDuration {
    let seconds = seconds.map_or(1, |seconds| u64::from(seconds) * 2 / 3);
    SignedDuration::from_secs(seconds.clamp(1, 60).cast_signed())
}

/// The text of an answer to somebody signed in.
pub(super) async fn answer(line: &Line<'_>, request: Request) -> Result<String, ServiceError> {
    let response = line.http.send(request).await?;
    account_data_or_error(&response)?;
    String::from_utf8(response.body).map_err(|_| ServiceError::changed("body", "not UTF-8"))
}

/// Before the order is placed nothing can be unsure. Words that elsewhere leave it open tell of another order here.
fn nothing_happened(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Unsure { text } if text.zh.contains("未完成订单") => {
            ServiceError::Refused {
                code: UNFINISHED_ORDER.to_owned(),
                text,
            }
        }
        ServiceError::Unsure { text } => ServiceError::Unreachable { text },
        ServiceError::NeedsPerson { text } => hand_over(&text.zh, &text.en),
        other => other,
    }
}

/// A refusal that may come of what is remembered of the people: the next order asks for them anew.
fn forget_wrong_people(rail: &Rail, whose: &Whose, error: &ServiceError) {
    let ServiceError::Refused { code, .. } = error else {
        return;
    };
    if ["illegal_request", "wrong_parameters", "other"].contains(&code.as_str()) {
        rail.orders.forget_people(whose);
    }
}
