//! Requests of an order, step by step, and of the lists of orders. Fields and their order are those of the page.
//!
//! *Source*: a recorded session of 2024; public clients of the service, 2018–2026. *Seen*.

use daiban_core::Timestamp;
use daiban_core::http::Request;
use jiff::civil::Date;
use percent_encoding::percent_decode_str;

use super::init_dc::OrderPage;
use super::request::{left_ticket_address, post};
use crate::rail::error::ban_sign;
use crate::rail::orders::{OrderWish, TicketKind};

/// The two texts that name the people.
#[derive(Clone, Copy)]
pub struct PeopleTexts<'a> {
    /// `passengerTicketStr`
    pub tickets: &'a str,
    /// `oldPassengerStr`
    pub people: &'a str,
}

/// What is chosen at the last step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// `choose_seats`, `1A1B`; empty: any.
    pub seats: String,
    /// `seatDetailType`, three digits; empty: any.
    pub berths: String,
}

/// Opens an order for a train. The row's key is decoded once; the form encodes it again.
#[must_use]
pub fn submit(base: &str, wish: &OrderWish) -> Request {
    let secret = percent_decode_str(&wish.secret).decode_utf8_lossy();
    let date = wish.date.to_string();
    let purpose = if is_for_students(wish) {
        "0X00"
    } else {
        "ADULT"
    };
    let fields = [
        ("secretStr", &*secret),
        ("train_date", &date),
        ("back_train_date", &date),
        ("tour_flag", "dc"),
        ("purpose_codes", purpose),
        ("query_from_station_name", &wish.from.name),
        ("query_to_station_name", &wish.to.name),
        ("bed_level_info", &wish.bed_levels),
        ("seat_discount_info", &wish.discounts),
        ("undefined", ""),
    ];
    post(base, "/otn/leftTicket/submitOrderRequest", &fields)
        .header("referer", left_ticket_address(base))
        .chain()
}

/// The order's page. A page and no data: the browser goes there with an empty form.
#[must_use]
pub fn order_page(base: &str) -> Request {
    Request::post(
        format!("{base}/otn/confirmPassenger/initDc"),
        "application/x-www-form-urlencoded",
        "_json_att=",
    )
    .header("referer", left_ticket_address(base))
    .ban_sign(ban_sign)
    .chain()
}

/// The account's people, inside an order.
#[must_use]
pub fn people(base: &str, token: &str) -> Request {
    step(base, "getPassengerDTOs", &[], token)
}

/// Shows the order to the service before it counts.
#[must_use]
pub fn check(base: &str, page: &OrderPage, people: PeopleTexts<'_>) -> Request {
    let fields = [
        ("cancel_flag", "2"),
        ("bed_level_order_num", "000000000000000000000000000000"),
        ("passengerTicketStr", people.tickets),
        ("oldPassengerStr", people.people),
        ("tour_flag", "dc"),
        ("randCode", ""),
        ("whatsSelect", "1"),
        ("sessionId", ""),
        ("sig", ""),
        ("scene", "nc_login"),
    ];
    step(base, "checkOrderInfo", &fields, page.token.reveal())
}

/// Asks how many tickets and people in line there are.
#[must_use]
pub fn queue_count(base: &str, page: &OrderPage, wish: &OrderWish) -> Request {
    let seat = wish.seat.order_code(&wish.train).to_string();
    let date = script_date(wish.date);
    let fields = [
        ("train_date", &*date),
        ("train_no", &wish.train_no),
        ("stationTrainCode", &wish.train),
        ("seatType", &seat),
        ("fromStationTelecode", &wish.from.code),
        ("toStationTelecode", &wish.to.code),
        ("leftTicket", &page.left_ticket),
        ("purpose_codes", purpose_inside(page, wish)),
        ("train_location", &page.location),
    ];
    step(base, "getQueueCount", &fields, page.token.reveal())
}

/// Places the order. `encryptedData`, a browser's proof of itself, stays empty: it is never forged.
#[must_use]
pub fn confirm(
    base: &str,
    page: &OrderPage,
    wish: &OrderWish,
    people: PeopleTexts<'_>,
    places: &Places,
) -> Request {
    let berths = if places.berths.is_empty() {
        "000"
    } else {
        &places.berths
    };
    let fields = [
        ("passengerTicketStr", people.tickets),
        ("oldPassengerStr", people.people),
        ("randCode", ""),
        ("purpose_codes", purpose_inside(page, wish)),
        ("key_check_isChange", &page.key_check),
        ("leftTicketStr", &page.left_ticket),
        ("train_location", &page.location),
        ("choose_seats", &places.seats),
        ("seatDetailType", berths),
        ("is_jy", "N"),
        ("is_cj", "Y"),
        ("encryptedData", ""),
        ("whatsSelect", "1"),
        ("roomType", "00"),
        ("dwAll", "N"),
    ];
    step(base, "confirmSingleForQueue", &fields, page.token.reveal())
}

/// Asks how the order fares in the service's queue.
#[must_use]
pub fn wait(base: &str, token: &str, now: Timestamp) -> Request {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("random", &now.as_millisecond().to_string())
        .append_pair("tourFlag", "dc")
        .append_pair("_json_att", "")
        .append_pair("REPEAT_SUBMIT_TOKEN", token)
        .finish();
    Request::get(format!(
        "{base}/otn/confirmPassenger/queryOrderWaitTime?{query}"
    ))
    .header("referer", order_page_address(base))
    .header("x-requested-with", "XMLHttpRequest")
    .ban_sign(ban_sign)
    .chain()
}

/// Asks for orders not paid yet, or still in the queue.
#[must_use]
pub fn unfinished(base: &str) -> Request {
    let path = "/otn/queryOrder/queryMyOrderNoComplete";
    post(base, path, &[("_json_att", "")]).header("referer", orders_page(base))
}

/// Withdraws an order that is not paid.
#[must_use]
pub fn cancel(base: &str, order_no: &str) -> Request {
    let fields = [
        ("sequence_no", order_no),
        ("cancel_flag", "cancel_order"),
        ("_json_att", ""),
    ];
    post(base, "/otn/queryOrder/cancelNoCompleteMyOrder", &fields)
        .header("referer", orders_page(base))
}

/// Orders of one page of a list; what the page asks for (*seen*).
pub const ORDERS_A_PAGE: usize = 8;

/// Which of the finished orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Not travelled yet.
    Upcoming,
    /// Travelled.
    Past,
}

/// One page of finished orders, counted from 0, made on these days.
#[must_use]
pub fn orders(base: &str, (from, to): (Date, Date), which: Which, number: usize) -> Request {
    let (from, to) = (from.to_string(), to.to_string());
    let (number, size) = (number.to_string(), ORDERS_A_PAGE.to_string());
    let which = match which {
        Which::Upcoming => "G",
        Which::Past => "H",
    };
    let fields = [
        ("come_from_flag", "my_order"),
        ("pageIndex", &*number),
        ("pageSize", &size),
        ("query_where", which),
        ("queryStartDate", &from),
        ("queryEndDate", &to),
        // By the day the order was made.
        ("queryType", "1"),
        ("sequeue_train_name", ""),
    ];
    post(base, "/otn/queryOrder/queryMyOrder", &fields).header("referer", orders_page(base))
}

/// A step on the order's page: its fields, and the two that every step ends with.
fn step(base: &str, name: &str, fields: &[(&str, &str)], token: &str) -> Request {
    let path = format!("/otn/confirmPassenger/{name}");
    let ends = [("_json_att", ""), ("REPEAT_SUBMIT_TOKEN", token)];
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain(ends).collect();
    post(base, &path, &fields)
        .header("referer", order_page_address(base))
        .chain()
}

/// The queue's day as the page's script spells it: `Thu Apr 25 2024 00:00:00 GMT+0800 (中国标准时间)`, whatever the
/// language of the machine.
#[must_use]
pub fn script_date(date: Date) -> String {
    let days = date.strftime("%a %b %d %Y");
    format!("{days} 00:00:00 GMT+0800 (中国标准时间)")
}

/// A row asked for as a student is ordered as one; whoever else travels makes it an ordinary order.
fn is_for_students(wish: &OrderWish) -> bool {
    let mut all = wish.passengers.iter();
    !wish.passengers.is_empty() && all.all(|one| one.ticket == TicketKind::Student)
}

fn purpose_inside<'a>(page: &'a OrderPage, wish: &OrderWish) -> &'a str {
    let usual = if is_for_students(wish) { "0X00" } else { "00" };
    page.purpose.as_deref().unwrap_or(usual)
}

fn order_page_address(base: &str) -> String {
    format!("{base}/otn/confirmPassenger/initDc")
}

fn orders_page(base: &str) -> String {
    format!("{base}/otn/view/train_order.html")
}
