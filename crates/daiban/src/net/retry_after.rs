//! When a service says how long to leave it alone.

use daiban_core::{Timestamp, http::Response};
use jiff::SignedDuration;

/// Longer waits than this are taken for a mistake and cut.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// The moment a 429 or 503 names in `Retry-After`, as seconds or as an HTTP date; at most a day away, and in the future.
pub fn retry_after(response: &Response, now: Timestamp) -> Option<Timestamp> {
    if !matches!(response.status, 429 | 503) {
        return None;
    }
    let until = moment(response.header("retry-after")?.trim(), now)?;
    (until > now).then(|| until.min(now + LONGEST))
}

fn moment(value: &str, now: Timestamp) -> Option<Timestamp> {
    if value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty() {
        // A number too long to be read is surely longer than the longest wait.
        let seconds = value.parse().unwrap_or(i64::MAX).min(LONGEST.as_secs());
        return now.checked_add(SignedDuration::from_secs(seconds)).ok();
    }
    // A weekday that does not fit its date is the server's slip and not worth losing the date for.
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(value).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn check(status: u16, value: &str, expected: Option<&str>) {
        let now = "2026-11-22T04:00:00Z".parse().unwrap();
        let response = Response {
            status,
            headers: vec![("retry-after".to_owned(), value.to_owned())],
            body: Vec::new(),
        };
        let expected = expected.map(|text| text.parse().unwrap());
        assert_eq!(retry_after(&response, now), expected, "{status} {value}");
    }

    #[test]
    fn seconds_dates_and_nonsense() {
        check(429, "120", Some("2026-11-22T04:02:00Z"));
        check(
            503,
            "Sun, 22 Nov 2026 04:05:00 GMT",
            Some("2026-11-22T04:05:00Z"),
        );
        check(503, "Sun, 22 Nov 2026 03:05:00 GMT", None);
        check(503, "99999999999999999999999", Some("2026-11-23T04:00:00Z"));
        check(
            503,
            "Sun, 22 Nov 2036 04:05:00 GMT",
            Some("2026-11-23T04:00:00Z"),
        );
        check(429, "0", None);
        check(429, "-5", None);
        check(429, "soon", None);
        check(200, "120", None);
    }
}
