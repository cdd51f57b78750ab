//! Requests of the reading calls, and the form that pages post. Addresses begin with the two hosts of the settings, given without a slash at the end.

use daiban_core::http::Request;
use jiff::civil::Date;

use crate::rail::error::ban_sign;

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

/// The page whose cookies a query needs; also names the query's path.
#[must_use]
pub fn left_ticket_page(base: &str) -> Request {
    Request::get(left_ticket_address(base)).ban_sign(ban_sign)
}

/// The configuration: query path, presale window, who is signed in.
#[must_use]
pub fn conf(base: &str) -> Request {
    // The page posts an empty form.
    let request = Request::post(format!("{base}/otn/login/conf"), FORM, "");
    as_the_page_does(request, base)
}

/// A question for left tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketQuestion<'a> {
    /// The day of boarding.
    pub date: Date,
    /// Telecode of the boarding station.
    pub from: &'a str,
    /// Telecode of the alighting station.
    pub to: &'a str,
    /// Student tickets instead of adult ones.
    pub student: bool,
}

/// The left-ticket query at a path below `/otn/`.
///
/// The order of the parameters matters to the service, and so does the zero in `2026-01-05`: otherwise the answer is a
/// redirect to its error page (*seen* by clients of 2019–2026).
#[must_use]
pub fn left_tickets(base: &str, path: &str, question: &TicketQuestion<'_>) -> Request {
    let purpose = if question.student { "0X00" } else { "ADULT" };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("leftTicketDTO.train_date", &question.date.to_string())
        .append_pair("leftTicketDTO.from_station", question.from)
        .append_pair("leftTicketDTO.to_station", question.to)
        .append_pair("purpose_codes", purpose)
        .finish();
    as_the_page_does(Request::get(format!("{base}/otn/{path}?{query}")), base)
        .header("if-modified-since", "0")
}

/// The stops of a train. `train_no` is the service's own key; the date is that of boarding.
#[must_use]
pub fn stops(base: &str, train_no: &str, from: &str, to: &str, date: Date) -> Request {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("train_no", train_no)
        .append_pair("from_station_telecode", from)
        .append_pair("to_station_telecode", to)
        .append_pair("depart_date", &date.to_string())
        .finish();
    as_the_page_does(
        Request::get(format!("{base}/otn/czxx/queryByTrainNo?{query}")),
        base,
    )
}

/// The index page of the other host; names the newest station file.
#[must_use]
pub fn index(www: &str) -> Request {
    Request::get(format!("{www}/index/")).ban_sign(ban_sign)
}

/// The station file that the index page named, `path` from the root of the host.
#[must_use]
pub fn station_file(www: &str, path: &str) -> Request {
    Request::get(format!("{www}{path}"))
        .header("referer", format!("{www}/index/"))
        .ban_sign(ban_sign)
}

/// The station file at its old address, which takes any version.
#[must_use]
pub fn old_station_file(base: &str) -> Request {
    Request::get(format!("{base}/otn/resources/js/framework/station_name.js")).ban_sign(ban_sign)
}

/// The headers that the left-ticket page sends with its own calls.
pub(super) fn as_the_page_does(request: Request, base: &str) -> Request {
    request
        .header("referer", left_ticket_address(base))
        .header("x-requested-with", "XMLHttpRequest")
        .ban_sign(ban_sign)
}

/// A form posted by a page's script.
pub(super) fn post(base: &str, path: &str, fields: &[(&str, &str)]) -> Request {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    Request::post(format!("{base}{path}"), FORM, body)
        .header("x-requested-with", "XMLHttpRequest")
        .ban_sign(ban_sign)
}

pub(super) fn left_ticket_address(base: &str) -> String {
    format!("{base}/otn/leftTicket/init?linktypeid=dc")
}
