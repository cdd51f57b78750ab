//! An order's steps before it counts, each waiting for the answer to the one before: the row is submitted, the order's page
//! read, the people named, the order checked, the queue counted.
//!
//! The port cannot wait, so where the service wants a pause before the order is placed, a short one is passed over and a
//! long one ends the try as busy; see [`LONGEST_PAUSE_MS`].

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;

use crate::rail::account::answer;
use crate::rail::desk::{Rail, Whose};
use crate::rail::error::{NO_TICKETS, UNFINISHED_ORDER, hand_over, refused};
use crate::rail::flow::Line;
use crate::rail::order::choice::{self, SeatWish};
use crate::rail::orders::{Berths, OrderWish};
use crate::rail::seats::STANDING;
use crate::rail::wire::init_dc::{OrderPage, order_page};
use crate::rail::wire::order::{self, PeopleTexts, Places};
use crate::rail::wire::order_reply::{self, Checked, QueueCount};
use crate::rail::wire::passenger_text::{Traveller, people_text, tickets_text};
use crate::rail::wire::people::{Person, order_people};

/// A pause that the service wants before an order is placed and that is passed over: 1 ms is what it says today, thousands
/// are from years ago (*seen*).
const LONGEST_PAUSE_MS: u64 = 1500;

/// An order that only needs to be placed.
pub(in crate::rail) struct Ready {
    pub(in crate::rail) page: OrderPage,
    checked: Checked,
    tickets: String,
    people: String,
}

impl Ready {
    pub(in crate::rail) fn texts(&self) -> PeopleTexts<'_> {
        PeopleTexts {
            tickets: &self.tickets,
            people: &self.people,
        }
    }

    /// Wishes for places, as far as the service offers a choice for this train and class.
    pub(in crate::rail) fn places(&self, wish: &OrderWish, seats: Option<&SeatWish>) -> Places {
        let Self { checked, .. } = self;
        let seat = wish.seat.order_code(&wish.train);
        let is_offered = wish.seat != STANDING && checked.lets_choose(seat);
        let seats = seats.filter(|seats| is_offered && seats.fits(seat));
        let offers =
            |berths: &Berths| checked.berths && (berths.middle == 0 || checked.middle_berths);
        let berths = wished_berths(wish).filter(offers);
        Places {
            seats: seats.map_or("", SeatWish::as_str).to_owned(),
            berths: berths.map(choice::berth_digits).unwrap_or_default(),
        }
    }
}

/// Everything before the order counts.
///
/// # Errors
/// One of the eight except `Unsure`: surely nothing was bought.
pub(in crate::rail) async fn prepare(
    rail: &Rail,
    line: &Line<'_>,
    whose: &Whose,
    wish: &OrderWish,
) -> Result<Ready, ServiceError> {
    let ready = steps(rail, line, whose, wish).await;
    ready.map_err(nothing_happened)
}

async fn steps(
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
        .inspect_err(|error| rail.orders.doubt_people(whose, error))?;
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
///
/// # Errors
/// [`InvalidInput`] for `passengers`, `choose` or `berths`.
pub(in crate::rail) fn check_wish(wish: &OrderWish) -> Result<Option<SeatWish>, InvalidInput> {
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
    rail.orders.people_or_refuse(whose, &wish.passengers)
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
