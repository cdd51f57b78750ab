//! Which order of a list is the one that was sent. Pure.
//!
//! An order is ours when hospital, department, day and patient are the same. What a list leaves out is unknown and not
//! wrong: an order that may be ours is never taken for somebody else's.

use daiban_core::Timestamp;
use jiff::SignedDuration;

use crate::hospital::booking::{BookWish, Booking, BookingState};

use super::compare::days;

/// The service's clock may be behind ours by so much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// What is looked for.
pub(super) struct Search<'a> {
    pub(super) wish: &'a BookWish,
    /// What the confirm page called the department, if that is still known.
    pub(super) department: Option<&'a str>,
    pub(super) sent_at: Timestamp,
    /// Whether the service said that there is such a booking already.
    pub(super) is_duplicate: bool,
}

/// What a list shows of it.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'a> {
    /// It, made since; perhaps cancelled meanwhile.
    Ours(&'a Booking),
    /// One like it that was there before, or (undated) is said to have been.
    Older(&'a Booking),
    /// One that may be it or not.
    Perhaps(&'a Booking),
    Nothing,
}

impl Search<'_> {
    /// Whether the order's own page must be read before anything is said of it.
    pub(super) fn wants_page(&self, order: &Booking) -> bool {
        match self.fits(order) {
            Some(true) => order.made_at.is_none(),
            Some(false) => false,
            None => self.is_new(order) != Some(false),
        }
    }

    /// The one that tells most: one made since before one without a date before an old one, and a booked one before others.
    pub(super) fn pick<'a>(&self, orders: &'a [Booking]) -> Found<'a> {
        let first = |is_new: Option<bool>, is_it: fn(&Booking) -> bool| {
            let mut ours = orders.iter().filter(|order| self.fits(order) == Some(true));
            ours.find(|order| self.is_new(order) == is_new && is_it(order))
        };
        let live = |is_new| first(is_new, is_booked).or_else(|| first(is_new, is_live));
        if let Some(order) = live(Some(true)).or_else(|| first(Some(true), |_| true)) {
            return Found::Ours(order);
        }
        match live(None) {
            Some(order) if self.is_duplicate => return Found::Older(order),
            Some(order) => return Found::Ours(order),
            None => {}
        }
        if let Some(order) = live(Some(false)) {
            return Found::Older(order);
        }
        let mut unknown = orders
            .iter()
            .filter(|order| self.fits(order).is_none() && self.is_new(order) != Some(false));
        let open = first(None, |_| true).or_else(|| unknown.next());
        open.map_or(Found::Nothing, Found::Perhaps)
    }

    /// Whether an order is for what was wished; `None`: it does not say.
    fn fits(&self, order: &Booking) -> Option<bool> {
        let wished = &self.wish.department;
        let all = [
            is_code(&wished.hos, &order.hospital.code),
            self.is_department(order),
            order.date.map(|date| days(self.wish).contains(&date)),
            order
                .patient
                .as_deref()
                .map(|name| is_name(&self.wish.patient.name, name)),
        ];
        if all.contains(&Some(false)) {
            return Some(false);
        }
        all.iter().all(Option::is_some).then_some(true)
    }

    /// By code, or by the name of the confirm page, which orders print with letters behind: `儿科门诊-EKMZ` (*seen*). Another
    /// code alone says nothing: hospitals have more than one.
    fn is_department(&self, order: &Booking) -> Option<bool> {
        let (code, name) = (&order.department.code, order.department.name.trim());
        if *code == self.wish.department.second {
            return Some(true);
        }
        let known = self.department.filter(|known| !known.is_empty())?;
        let shown = name.split('-').next().unwrap_or(name).trim();
        (!name.is_empty()).then_some(shown == known || name == known)
    }

    /// Whether an order was made since the act began.
    fn is_new(&self, order: &Booking) -> Option<bool> {
        let earliest = self.sent_at.saturating_sub(SKEW).unwrap_or(self.sent_at);
        order.made_at.map(|made_at| made_at >= earliest)
    }
}

fn is_booked(order: &Booking) -> bool {
    order.state == BookingState::Booked
}

fn is_live(order: &Booking) -> bool {
    order.state != BookingState::Cancelled
}

fn is_code(wished: &str, shown: &str) -> Option<bool> {
    (!shown.is_empty()).then_some(shown == wished)
}

/// A star of a shown name stands for a letter: `王*例`.
fn is_name(wished: &str, shown: &str) -> bool {
    let (wished, shown): (Vec<char>, Vec<char>) =
        (wished.chars().collect(), shown.chars().collect());
    let fits = |(wished, shown): (&char, &char)| wished == shown || *shown == '*';
    wished.len() == shown.len() && wished.iter().zip(&shown).all(fits)
}

/// What an order's own page adds to what a list showed of it.
pub(super) fn joined(listed: Booking, page: Booking) -> Booking {
    let named = |page: crate::hospital::places::Named, listed| match page.code.is_empty() {
        true => listed,
        false => page,
    };
    Booking {
        order_no: listed.order_no,
        made_at: page.made_at.or(listed.made_at),
        date: page.date.or(listed.date),
        half_day: page.half_day.or(listed.half_day),
        patient: page.patient.or(listed.patient),
        hospital: named(page.hospital, listed.hospital),
        department: named(page.department, listed.department),
        ..page
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;
    use crate::hospital::wire::order::read;

    const SENT: &str = "2026-11-22T09:00:00+08:00";

    fn wish() -> BookWish {
        serde_json::from_value(json!({
            "department": { "hos": "162", "first": "04", "second": "644" },
            "date": "2026-11-27", "half_day": "afternoon", "doctor": null, "title": "",
            "key": "2b33", "duty_time": "0", "card": "IDENTITY_CARD", "fee_max_fen": null,
            "patient": { "name": "王小例", "id_mask": "1101****0001" },
        }))
        .unwrap()
    }

    /// An order of a list with these fields, else such as was wished for and made right after.
    fn order(fields: &Value) -> Booking {
        let mut order = json!({
            "orderNo": "1", "orderStatus": "BOOKING_SUCCESS", "orderTime": "2026-11-22 09:00:03",
            "hosCode": "162", "deptCode": "644", "deptName": "儿科门诊-EKMZ",
            "visitTimeTips": "2026年11月27日 周五 下午", "patientName": "王小例",
        });
        for (name, value) in fields.as_object().unwrap() {
            order[name] = value.clone();
        }
        read(&order).unwrap()
    }

    fn picked(fields: &[Value], department: Option<&str>, is_duplicate: bool) -> String {
        let wish = wish();
        let search = Search {
            wish: &wish,
            department,
            sent_at: SENT.parse().unwrap(),
            is_duplicate,
        };
        let orders: Vec<Booking> = fields.iter().map(order).collect();
        match search.pick(&orders) {
            Found::Ours(order) => format!("ours {}", order.order_no),
            Found::Older(order) => format!("older {}", order.order_no),
            Found::Perhaps(order) => format!("perhaps {}", order.order_no),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    fn check(fields: Value, expected: &str) {
        let seen = picked(std::slice::from_ref(&fields), Some("儿科门诊"), false);
        assert_eq!(seen, expected, "{fields}");
    }

    #[test]
    fn hospital_department_day_and_patient_are_the_same() {
        check(json!({}), "ours 1");
        check(json!({ "hosCode": "163" }), "nothing");
        check(
            json!({ "visitTimeTips": "2026年11月28日 周六 下午" }),
            "nothing",
        );
        check(json!({ "patientName": "王示例" }), "nothing");
        check(json!({ "patientName": "王*例" }), "ours 1");
        check(json!({ "patientName": "*小例" }), "ours 1");
        check(json!({ "patientName": "王*" }), "nothing");
        // Another half, another doctor: the service takes one a day and department.
        check(
            json!({ "visitTimeTips": "2026年11月27日 周五 上午" }),
            "ours 1",
        );
        // The department by code, else by name.
        check(json!({ "deptName": "别的名字" }), "ours 1");
        check(json!({ "deptCode": "900010001" }), "ours 1");
        check(
            json!({ "deptCode": "900010001", "deptName": "儿科门诊" }),
            "ours 1",
        );
        check(
            json!({ "deptCode": "900010001", "deptName": "内科门诊-NK" }),
            "nothing",
        );
    }

    #[test]
    fn what_is_left_out_is_unknown_and_not_wrong() {
        for name in ["hosCode", "visitTimeTips", "patientName"] {
            check(json!({ name: null }), "perhaps 1");
        }
        check(
            json!({ "deptCode": "900010001", "deptName": null }),
            "perhaps 1",
        );
        // Nor does another code say anything while no name is known.
        let other = json!({ "deptCode": "900010001", "deptName": "内科门诊-NK" });
        assert_eq!(
            picked(std::slice::from_ref(&other), None, false),
            "perhaps 1"
        );
        // But it was there long before.
        let mut old = other;
        old["orderTime"] = json!("2026-11-20 09:00:03");
        assert_eq!(picked(&[old], None, false), "nothing");
    }

    #[test]
    fn when_it_was_made_tells_ours_from_older_ones() {
        let at = |time: &str, expected: &str| check(json!({ "orderTime": time }), expected);
        at("2026-11-22 08:58:00", "ours 1");
        at("2026-11-22 08:57:59", "older 1");
        at("2026-11-21 09:00:00", "older 1");
        check(json!({ "orderTime": null }), "ours 1");
        let undated = [json!({ "orderTime": null })];
        assert_eq!(picked(&undated, None, true), "older 1");
    }

    #[test]
    fn a_cancelled_one_of_ours_happened_and_an_old_one_says_nothing() {
        let cancelled = |time: Value, expected: &str| {
            check(
                json!({ "orderStatus": "CANCELLED", "orderTime": time }),
                expected,
            );
        };
        cancelled(json!("2026-11-22 09:00:03"), "ours 1");
        cancelled(json!("2026-11-21 09:00:03"), "nothing");
        cancelled(json!(null), "perhaps 1");
        // A word nobody knows is not taken for cancelled.
        check(json!({ "orderStatus": "LOCKED" }), "ours 1");
    }

    #[test]
    fn the_one_that_tells_most_is_taken() {
        let other = json!({ "orderNo": "2", "patientName": "王示例" });
        let old = json!({ "orderNo": "3", "orderTime": "2026-11-20 10:00:00" });
        let cancelled = json!({ "orderNo": "4", "orderStatus": "CANCELLED" });
        let unknown = json!({ "orderNo": "5", "patientName": null });
        let all = |orders: &[&Value]| {
            let orders: Vec<Value> = orders.iter().map(|order| (*order).clone()).collect();
            picked(&orders, Some("儿科门诊"), false)
        };
        let failed = json!({ "orderNo": "6", "orderStatus": "BOOKING_FAIL" });
        let ours = json!({});
        assert_eq!(all(&[&failed, &cancelled, &ours]), "ours 1");
        assert_eq!(all(&[&cancelled, &failed]), "ours 6");
        assert_eq!(all(&[&other, &unknown, &cancelled, &old, &ours]), "ours 1");
        assert_eq!(all(&[&other, &unknown, &old, &cancelled]), "ours 4");
        assert_eq!(all(&[&other, &unknown, &old]), "older 3");
        assert_eq!(all(&[&other, &unknown]), "perhaps 5");
        assert_eq!(all(&[&other]), "nothing");
        assert_eq!(all(&[]), "nothing");
    }

    #[test]
    fn an_orders_own_page_fills_in_what_the_list_left_out() {
        let listed =
            order(&json!({ "patientName": null, "orderTime": null, "visitTimeTips": null }));
        let page = order(&json!({ "deptCode": null, "deptName": null, "hosCode": null }));
        let joined = joined(listed, page);
        assert_eq!(joined.patient.as_deref(), Some("王小例"));
        assert_eq!(joined.department.code, "644");
        assert_eq!(joined.hospital.code, "162");
        assert!(joined.made_at.is_some() && joined.date.is_some());
    }
}
