//! After the booking: reminders until the visit is over, and a look at the order each day, as clinics are cancelled too.

use daiban_core::{
    Text, Timestamp,
    ask::{AskKind, NewAsk},
    call::Outcome,
    dates,
    errand::Phase,
    error::ServiceError,
    notice::Severity,
};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::intake::read;
use super::outlook::clock_time;
use super::words::official;
use super::{Pick, Round, Stage};
use crate::hospital::booking::{Booking, BookingState};
use crate::hospital::slots::HalfDay;
use crate::words::{later, plus};

/// The order is looked at once a day at that hour, and once more the evening before.
const LOOK_AT: Time = Time::constant(10, 0, 0, 0);
/// The reminder of the evening before.
const EVENING: Time = Time::constant(19, 0, 0, 0);
/// Who may still want to cancel hears it so long before the told moment.
const CANCEL_AHEAD_S: i64 = 3 * 3600;
/// Where no moment is told: most hospitals take cancellations until 15:00 of the day before (*guessed*: old and unofficial
/// texts), so it is said the morning of that day, as what is usual and no more.
const USUAL_REMINDER: Time = Time::constant(10, 30, 0, 0);
/// Somebody whose clinic was cancelled has so long to say whether to look on.
const AGAIN_S: i64 = 12 * 3600;

/// What is kept after the booking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct After {
    pick: Pick,
    booking: Booking,
    older: bool,
    /// When to look at the order next.
    look_at: Timestamp,
    reminded_cancel: bool,
    reminded_visit: bool,
    /// The owner was asked whether to look on, after it was cancelled.
    asked_again: bool,
}

impl After {
    pub(super) fn new(pick: &Pick, booking: Booking, older: bool, now: Timestamp) -> Self {
        let mut after = Self {
            pick: pick.clone(),
            booking,
            older,
            look_at: now,
            reminded_cancel: false,
            reminded_visit: false,
            asked_again: false,
        };
        after.look_at = after.next_look(now);
        after
    }

    pub(super) fn look_now(&mut self, now: Timestamp) {
        self.look_at = now;
    }

    fn date(&self) -> Date {
        self.booking.date.unwrap_or(self.pick.date)
    }

    fn next_look(&self, now: Timestamp) -> Timestamp {
        let today = dates::today(now);
        let morning = dates::at(today, LOOK_AT);
        if morning > now {
            morning
        } else {
            dates::at(plus(today, 1), LOOK_AT)
        }
    }

    /// When the owner hears of the last chance to cancel.
    fn cancel_reminder(&self) -> Timestamp {
        match self.booking.cancel_before {
            Some(before) => later(before, -CANCEL_AHEAD_S),
            None => dates::at(plus(self.date(), -1), USUAL_REMINDER),
        }
    }

    fn visit_reminder(&self) -> Timestamp {
        dates::at(plus(self.date(), -1), EVENING)
    }

    /// When the visit is surely over.
    fn over_at(&self) -> Timestamp {
        let hour = match self.booking.half_day.unwrap_or(self.pick.half_day) {
            HalfDay::Morning => Time::constant(12, 30, 0, 0),
            HalfDay::Afternoon => Time::constant(17, 30, 0, 0),
            HalfDay::Other => Time::constant(23, 59, 0, 0),
        };
        let period = self
            .pick
            .period
            .as_deref()
            .and_then(|period| clock_time(period.split('-').nth(1)?));
        dates::at(self.date(), period.unwrap_or(hour))
    }
}

impl Round<'_> {
    pub(super) fn wait_for_visit(&mut self, mut after: After) {
        if self.now >= after.over_at() {
            return self.visit_over(&after);
        }
        self.remind(&mut after);
        if self.now >= after.look_at && !self.is_signed_out() {
            after.look_at = after.next_look(self.now);
            let body = json!({ "do": "order", "hos": after.pick.department.hos, "order_no": after.booking.order_no });
            self.look("check", body);
        }
        for moment in [
            after.look_at,
            after.cancel_reminder(),
            after.visit_reminder(),
            after.over_at(),
        ] {
            if moment > self.now {
                self.draft.wake_at(moment);
            }
        }
        let line = after.pick.text();
        let said = match after.asked_again {
            true => Text::new(
                format!("预约被取消了，等你决定要不要继续盯：{}", line.zh),
                format!(
                    "the booking was cancelled; waiting for your word: {}",
                    line.en
                ),
            ),
            false => Text::new(
                format!("已约上：{}", line.zh),
                format!("booked: {}", line.en),
            ),
        };
        let phase = if after.asked_again {
            Phase::NeedsYou
        } else {
            Phase::Waiting
        };
        self.state.stage = Stage::Booked { after };
        self.draft.rest(phase, "booked", said);
    }

    fn remind(&mut self, after: &mut After) {
        if after.asked_again {
            return;
        }
        let order_no = after.booking.order_no.clone();
        if self.now >= after.cancel_reminder()
            && !std::mem::replace(&mut after.reminded_cancel, true)
        {
            let (title, body) = after.cancel_words(self.now);
            self.notice(
                &format!("cancel_by/{order_no}"),
                Severity::Info,
                title,
                body,
            );
        }
        if self.now >= after.visit_reminder() && !std::mem::replace(&mut after.reminded_visit, true)
        {
            let (title, body) = after.visit_words();
            self.notice(
                &format!("visit/{order_no}"),
                Severity::Attention,
                title,
                body,
            );
        }
    }

    /// The order's page, looked at again.
    pub(super) fn order_looked_at(&mut self, outcome: &Outcome) {
        let Stage::Booked { mut after } = self.state.stage.clone() else {
            return;
        };
        let booking = match outcome.clone().into_result() {
            Ok(value) => read::<Booking>(&value),
            Err(ServiceError::SignInLost { .. }) => return self.signed_out(),
            Err(error) => return self.draft.said.push(error.text().clone()),
        };
        self.state.signed_in = Some(true);
        match booking {
            Some(booking) if booking.state == BookingState::Cancelled => {
                self.show_booking(&booking, "cancelled");
                self.ask_whether_again(&mut after);
            }
            Some(booking) if booking.state == BookingState::Booked => {
                self.show_booking(&booking, "booked");
                after.booking = booking;
            }
            Some(booking) => self.draft.said.push(Text::quoted(&booking.state_text)),
            None => {}
        }
        self.state.stage = Stage::Booked { after };
    }

    fn ask_whether_again(&mut self, after: &mut After) {
        if std::mem::replace(&mut after.asked_again, true) {
            return;
        }
        let line = after.pick.text();
        self.draft.asks.push(NewAsk {
            tag: "again".to_owned(),
            kind: AskKind::Approve,
            title: Text::new("预约被取消了，继续盯吗？", "the booking was cancelled; look on?"),
            body: Text::new(
                format!("{}。114 显示订单已取消（可能是停诊，也可能是你自己取消的）。点「是」就按原来的要求继续盯", line.zh),
                format!("{}. 114 shows the order as cancelled (the clinic may be off, or you cancelled it). Yes looks on with the same wishes", line.en),
            ),
            told: None,
            picture: None,
            deadline: Some(later(self.now, AGAIN_S)),
        });
    }

    pub(super) fn again_or_not(&mut self, yes: bool) {
        let Stage::Booked { after } = self.state.stage.clone() else {
            return;
        };
        if yes {
            self.state.stage = Stage::Watching;
            self.state.looked.clear();
            return self.draft.say("继续盯", "looking on");
        }
        let line = after.pick.text();
        let said = Text::new(
            format!("预约已取消：{}", line.zh),
            format!("the booking was cancelled: {}", line.en),
        );
        let outcome = json!({ "result": "cancelled", "order_no": after.booking.order_no });
        self.finish(Phase::Failed, outcome, said);
    }

    fn visit_over(&mut self, after: &After) {
        let line = after.pick.text();
        let said = Text::new(
            format!("就诊时间已过：{}", line.zh),
            format!("the visit's time has passed: {}", line.en),
        );
        let result = match (after.asked_again, after.older) {
            (true, _) => "cancelled",
            (false, true) => "already_booked",
            (false, false) => "booked",
        };
        let phase = if after.asked_again {
            Phase::Failed
        } else {
            Phase::Done
        };
        let outcome = json!({
            "result": result, "order_no": after.booking.order_no, "date": after.date(),
            "half_day": after.pick.half_day, "doctor": after.booking.doctor, "fee_fen": after.booking.fee_fen,
        });
        self.finish(phase, outcome, said);
    }
}

impl After {
    fn cancel_words(&self, now: Timestamp) -> (Text, Text) {
        let line = self.pick.text();
        let official = official();
        let until = match self.booking.cancel_before {
            Some(before) => {
                let before = dates::spoken(before, now);
                Text::new(
                    format!("{} 前可以取消", before.zh),
                    format!("it can be cancelled before {}", before.en),
                )
            }
            None => Text::new(
                "114 没写最晚几点能取消，一般是就诊前一天 15:00 前（各院不同）",
                "114 does not say until when it can be cancelled; usually 15:00 of the day before, which differs by hospital",
            ),
        };
        let title = Text::new(
            format!("去不了请及时取消：{}", line.zh),
            format!("cancel in time if you cannot go: {}", line.en),
        );
        let body = Text::new(
            format!(
                "{}；爽约会影响以后预约。{}。订单号 {}",
                until.zh, official.zh, self.booking.order_no
            ),
            format!(
                "{}; not turning up costs later bookings. {}. Order {}",
                until.en, official.en, self.booking.order_no
            ),
        );
        (title, body)
    }

    fn visit_words(&self) -> (Text, Text) {
        let line = self.pick.text();
        let take = self.booking.take.join("；");
        let card = self.booking.card.as_deref().unwrap_or("就诊卡");
        let title = Text::new(
            format!("明天就诊：{}", line.zh),
            format!("tomorrow: {}", line.en),
        );
        let body = Text::new(
            format!("带上 {card}。{take}。订单号 {}", self.booking.order_no),
            format!("Take {card} along. {take}. Order {}", self.booking.order_no),
        );
        (title, body)
    }
}
