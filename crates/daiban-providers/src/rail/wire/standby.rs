//! Standing in line for returned tickets (候补): requests. The replies are read by `standby_reply`.
//!
//! What identifies people passes through here for one request and is never part of an error or of `Debug`.
//!
//! *Source*: a recorded session of 2024 and public clients of the service, 2019–2026. *Seen*, except where noted.

use daiban_core::http::Request;
use jiff::civil::Date;

use super::people::Person;
use super::request::{left_ticket_address, post};
use crate::rail::orders::{OrderPassenger, StandbyChoice, StandbyWish};

/// Asks whether the account's owner may stand in line for these: a face check is needed once, in the app.
#[must_use]
pub fn face(base: &str, choices: &[StandbyChoice]) -> Request {
    let fields = [("secretList", &*secret_list(choices)), ("_json_att", "")];
    post(base, "/otn/afterNate/chechFace", &fields).header("referer", left_ticket_address(base))
}

/// Asks whether the account is still signed in, as the page does between its steps.
#[must_use]
pub fn check_user(base: &str) -> Request {
    post(base, "/otn/login/checkUser", &[("_json_att", "")])
        .header("referer", left_ticket_address(base))
        .header("if-modified-since", "0")
}

/// Says for what one would stand in line. Nothing is made by this: it opens the page on which one chooses people.
#[must_use]
pub fn submit(base: &str, choices: &[StandbyChoice]) -> Request {
    let fields = [("secretList", &*secret_list(choices))];
    post(base, "/otn/afterNate/submitOrderRequest", &fields)
        .header("referer", left_ticket_address(base))
}

/// What that page wants to know: the trains, until when one may stand in line, how many people.
#[must_use]
pub fn prepare(base: &str) -> Request {
    on_the_page(
        base,
        "/otn/afterNate/passengerInitApi",
        &[("_json_att", "")],
    )
}

/// How many stand in line for each choice, in words.
#[must_use]
pub fn queue_lengths(base: &str) -> Request {
    on_the_page(base, "/otn/afterNate/getQueueNum", &[])
}

/// How likely the service thinks it is that something comes back, for all choices together.
#[must_use]
pub fn success_rate(base: &str, until_min: Option<u32>, people: usize) -> Request {
    let (until, people) = (
        until_min.map(|min| min.to_string()).unwrap_or_default(),
        people.to_string(),
    );
    let fields = [
        ("plans", ""),
        ("realize_limit_time_diff", &*until),
        ("add_train_flag", "N"),
        ("passenger_num", &*people),
    ];
    on_the_page(base, "/otn/afterNate/querySuccessRate", &fields)
}

/// Gets in line: from here on something may have been made.
///
/// The field set of 2024; the older one is answered with 参数不正确 (*seen* 2026). `encryptedData` is a browser's
/// fingerprint and stays empty: none is ever made up. `people` are those of the wish, in its order. Nobody's wish for a
/// lower berth is guessed at (flag 0).
#[must_use]
pub fn confirm(base: &str, wish: &StandbyWish, people: &[Person], until_min: u32) -> Request {
    let people = passenger_info(&wish.passengers, people);
    let until = until_min.to_string();
    let fields = [
        ("passengerInfo", &*people),
        ("jzParam", ""),
        ("hbTrain", ""),
        ("lkParam", ""),
        ("sessionId", ""),
        ("sig", ""),
        ("scene", "nc_login"),
        ("encryptedData", ""),
        ("if_receive_wseat", if wish.no_seat { "Y" } else { "N" }),
        ("realize_limit_time_diff", &*until),
        ("plans", ""),
        ("tmp_train_date", ""),
        ("tmp_train_time", ""),
        ("add_train_flag", "N"),
        ("add_train_seat_type_code", ""),
    ];
    on_the_page(base, "/otn/afterNate/confirmHB", &fields)
}

/// Asks what became of [`confirm`].
#[must_use]
pub fn queue(base: &str) -> Request {
    on_the_page(base, "/otn/afterNate/queryQueue", &[])
}

/// A list of standby orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Made and not paid; one at most.
    Unpaid,
    /// Paid and in line.
    Waiting,
    /// Fulfilled, withdrawn or lapsed.
    Done,
}

impl List {
    /// Every list.
    pub const ALL: [Self; 3] = [Self::Unpaid, Self::Waiting, Self::Done];

    /// Whether it comes in pages. The unpaid list is one answer.
    #[must_use]
    pub fn has_pages(self) -> bool {
        self != Self::Unpaid
    }
}

/// A page of a list, counted from 0. Whether the dates are those of travel or of the order is not known (*guessed*:
/// either); give a span that holds both.
#[must_use]
pub fn list(base: &str, list: List, page: usize, (from, to): (Date, Date)) -> Request {
    let path = match list {
        List::Unpaid => "/otn/afterNateOrder/queryQueue",
        List::Waiting => "/otn/afterNateOrder/queryUnHonourHOrder",
        List::Done => "/otn/afterNateOrder/queryProcessedHOrder",
    };
    let (page, from, to) = (page.to_string(), from.to_string(), to.to_string());
    let fields = [
        ("page_no", &*page),
        ("query_start_date", &*from),
        ("query_end_date", &*to),
    ];
    let fields = if list.has_pages() { &fields[..] } else { &[] };
    post(base, path, fields).header("referer", list_page(base))
}

/// Takes back a standby order that was not paid.
#[must_use]
pub fn cancel_unpaid(base: &str, reserve_no: &str) -> Request {
    let fields = [("reserve_no", reserve_no)];
    post(base, "/otn/afterNateOrder/cancelNotComplete", &fields).header("referer", list_page(base))
}

/// Asks whether a paid standby order can be given back, and what comes back of the money.
#[must_use]
pub fn check_return(base: &str, reserve_no: &str) -> Request {
    // The number goes under another name here (seen in two clients).
    let fields = [("sequence_no", reserve_no)];
    post(base, "/otn/afterNateOrder/reserveReturnCheck", &fields).header("referer", list_page(base))
}

/// Gives back a paid standby order.
#[must_use]
pub fn return_paid(base: &str, reserve_no: &str) -> Request {
    let fields = [("sequence_no", reserve_no)];
    post(base, "/otn/afterNateOrder/reserveReturn", &fields).header("referer", list_page(base))
}

/// The secret of each row stays percent-encoded as it came, and is encoded once more by the form; for an order it is
/// decoded first (*seen* 2024).
fn secret_list(choices: &[StandbyChoice]) -> String {
    let one = |choice: &StandbyChoice| format!("{}#{}|", choice.secret, choice.seat);
    choices.iter().map(one).collect()
}

fn passenger_info(wished: &[OrderPassenger], people: &[Person]) -> String {
    let one = |(wished, person): (&OrderPassenger, &Person)| {
        format!(
            "{}#{}#{}#{}#{}#0;",
            wished.ticket.code(),
            person.name.reveal(),
            person.id_kind,
            person.id_no.reveal(),
            person.all_enc.reveal(),
        )
    };
    wished.iter().zip(people).map(one).collect()
}

fn on_the_page(base: &str, path: &str, fields: &[(&str, &str)]) -> Request {
    post(base, path, fields).header("referer", format!("{base}/otn/view/lineUp_toPay.html"))
}

fn list_page(base: &str) -> String {
    format!("{base}/otn/view/lineUp_order.html")
}
