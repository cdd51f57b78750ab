//! Booking: the act, and what each way it can end means for what comes next.

use daiban_core::{
    Text, call::Outcome, dates, errand::Phase, error::ServiceError, notice::Severity,
};
use serde_json::json;

use super::choose::Choice;
use super::intake::read;
use super::setback::set_aside;
use super::words::{confirmed, yuan};
use super::{Pick, Round, Stage};
use crate::hospital::booking::{BookResult, BookWish, Confirm, Stop};
use crate::hospital::error;
use crate::words::{later, plus};

/// Codes from one text message tried at most.
const MOST_CODES: u32 = 3;
/// A place that costs too much, or that wants what daiban cannot give, is left alone so long.
pub(super) const DAY_S: i64 = 86_400;
/// Closed, and nobody said until when: so long.
const CLOSED_S: i64 = 300;

impl Round<'_> {
    pub(super) fn book(&mut self, choice: &Choice<'_>) {
        let Some(person) = self.state.patient.clone() else {
            return;
        };
        let pick = self.pick(choice);
        let (key, duty_time) = match choice.period {
            Some(period) => (period.key.clone(), period.duty_time.clone()),
            None => (choice.slot.key.clone(), "0".to_owned()),
        };
        let wish = BookWish {
            department: choice.department.clone(),
            date: choice.date,
            half_day: choice.slot.half_day,
            doctor: choice.slot.doctor.clone(),
            title: choice.slot.title.clone(),
            key,
            duty_time,
            patient: person.patient,
            card: person.card,
            fee_max_fen: self.pass.wishes.fee_max_fen(),
            agreed: None,
            sms_code: None,
            hospital_card: None,
        };
        self.state.sms_tries = 0;
        self.send(pick, wish);
    }

    pub(super) fn send(&mut self, pick: Pick, wish: BookWish) {
        let mut body = json!(wish);
        body["do"] = json!("book");
        self.act("book", body);
        self.draft.withdraw_asks = true;
        self.state.stage = Stage::Booking { pick, wish };
    }

    pub(super) fn wait_for_booking(&mut self, pick: &Pick) {
        let line = pick.text();
        self.draft.rest(
            Phase::Working,
            "booking",
            Text::new(
                format!("正在约，等 114 给结果：{}", line.zh),
                format!("booking, waiting for 114: {}", line.en),
            ),
        );
    }

    /// How the booking ended.
    pub(super) fn booked(&mut self, outcome: &Outcome) {
        let Stage::Booking { pick, wish } = self.state.stage.clone() else {
            return;
        };
        match outcome {
            Outcome::Done(value) => match read::<BookResult>(value) {
                Some(result) => self.answered_with(pick, wish, result),
                // The row says that something was ordered, in a form we cannot read: only a person can tell.
                None => self.nobody_knows(pick, &Text::quoted("114")),
            },
            Outcome::Failed(error) => self.not_booked(&pick, wish, error),
            Outcome::DidNotHappen(text) => self.not_booked(&pick, wish, &said_against(text)),
            Outcome::Unknown(text) => self.nobody_knows(pick, text),
        }
    }

    fn answered_with(&mut self, pick: Pick, wish: BookWish, result: BookResult) {
        match result {
            BookResult::Ordered {
                order_no,
                lineup,
                older,
                detail,
            } => {
                self.clear("book");
                self.draft.say(
                    format!("114 给了订单号 {order_no}"),
                    format!("114 gave the order number {order_no}"),
                );
                self.ordered(
                    pick,
                    order_no,
                    (lineup, older),
                    detail.map(|detail| *detail),
                );
            }
            BookResult::Stopped { why, confirm } => self.stopped(pick, wish, why, confirm),
        }
    }

    /// Nothing was sent that books: a person is needed first, or the place is not what was wished.
    fn stopped(&mut self, pick: Pick, wish: BookWish, why: Stop, confirm: Confirm) {
        let shown = confirmed(&confirm);
        match why {
            Stop::TooDear => {
                let fee = confirm.fee_fen.map(yuan).unwrap_or_default();
                let text = Text::new(
                    format!("要 {fee}，超过了你定的上限"),
                    format!("costs {fee}, more than you wished"),
                );
                self.leave(&pick, &text, DAY_S);
            }
            Stop::Other => self.by_hand(&pick, &shown),
            Stop::Changed => self.ask_about_change(pick, wish, confirm),
            Stop::Sms => {
                let body = json!({ "do": "send_order_code", "key": wish.key });
                self.act("send_code", body);
                self.state.stage = Stage::SendingCode { pick, wish };
            }
            Stop::HospitalCard => self.ask_for_card(pick, wish, confirm),
        }
    }

    /// Back to looking out; this place is left alone for a while.
    pub(super) fn leave(&mut self, pick: &Pick, why: &Text, least_s: i64) {
        set_aside(
            &mut self.state.set_aside,
            pick.name.clone(),
            self.now,
            least_s,
        );
        self.state.stage = Stage::Watching;
        let line = pick.text();
        let missed = Text::new(
            format!("{}：{}", line.zh, why.zh),
            format!("{}: {}", line.en, why.en),
        );
        self.miss(missed.clone());
        self.draft.said.push(missed);
        // What else is free is news again.
        self.state.looked.clear();
    }

    /// Surely nothing was booked.
    pub(super) fn not_booked(&mut self, pick: &Pick, wish: BookWish, error: &ServiceError) {
        let text = error.text().clone();
        match error {
            ServiceError::Refused { code, .. } => return self.refused(pick, wish, code, &text),
            ServiceError::NeedsPerson { .. } => return self.by_hand(pick, &text),
            ServiceError::SignInLost { .. } => self.signed_out(),
            ServiceError::Busy { retry_after_s, .. } => {
                let least = retry_after_s.map_or(0, i64::from);
                self.state.hold.grow(self.now, least);
            }
            ServiceError::Closed { opens_at, .. } => {
                self.state.hold.grow(self.now, 0);
                let until = opens_at.unwrap_or_else(|| later(self.now, CLOSED_S));
                self.state.hold.until = self.state.hold.until.max(until);
            }
            ServiceError::Changed { .. } => {
                self.state.hold.grow(self.now, 60);
                self.book_problem(&text);
            }
            ServiceError::Unreachable { .. } | ServiceError::Unsure { .. } => {
                self.state.hold.grow(self.now, 0);
            }
        }
        self.leave(pick, &text, 0);
    }

    fn refused(&mut self, pick: &Pick, wish: BookWish, code: &str, text: &Text) {
        match code {
            error::NO_SOURCE => self.leave(pick, text, 0),
            error::SMS_WRONG if self.state.sms_tries < MOST_CODES => {
                self.ask_for_code(
                    pick.clone(),
                    BookWish {
                        sms_code: None,
                        ..wish
                    },
                    Some(text),
                );
            }
            error::SMS_TOO_OFTEN => {
                self.state.hold.grow(self.now, 60);
                self.leave(pick, text, 60);
            }
            error::LIMIT | error::SMS_DAILY => self.no_more_today(pick, text),
            error::ACCOUNT_STOPPED => self.account_stopped(text),
            error::PATIENT => {
                self.state.patient = None;
                self.state.check_at = self.now;
                self.state.hold.grow(self.now, 600);
                self.book_problem(text);
                self.leave(pick, text, 600);
            }
            _ => {
                self.state.hold.grow(self.now, 30);
                self.book_problem(text);
                self.leave(pick, text, 600);
            }
        }
    }

    fn book_problem(&mut self, text: &Text) {
        self.raise(
            "book",
            Severity::Attention,
            Text::new(
                format!("约号被拒：{}", text.zh),
                format!("a booking was refused: {}", text.en),
            ),
            Text::new(
                "会隔得更久再试；急的话请自己到 114 官方渠道约",
                "it tries again after longer pauses; if it is urgent, book in 114's official channel yourself",
            ),
        );
    }

    fn no_more_today(&mut self, pick: &Pick, text: &Text) {
        let tomorrow = plus(dates::today(self.now), 1);
        self.state.hold.until = dates::midnight(tomorrow);
        self.notice(
            &format!("limit/{tomorrow}"),
            Severity::Attention,
            Text::new("今天不能再约了", "no more bookings today"),
            Text::new(
                format!("114：{}。明天继续；急的话请看看账号里有没有可以取消的预约", text.zh),
                format!("114: {}. It goes on tomorrow; see whether a booking of the account can be cancelled", text.en),
            ),
        );
        self.leave(pick, text, 0);
    }

    fn account_stopped(&mut self, text: &Text) {
        let title = Text::new("114 停了这个账号的预约", "114 has stopped this account");
        let body = Text::new(
            format!("114：{}。请按它说的办；daiban 不再替这个账号约", text.zh),
            format!(
                "114: {}. Do what it says; nothing more is booked with this account",
                text.en
            ),
        );
        self.notice("stopped", Severity::Urgent, title, body);
        let outcome = json!({ "result": "account_stopped" });
        self.finish(Phase::Failed, outcome, text.clone());
    }

    /// The service wants something that only a person at its page can give.
    fn by_hand(&mut self, pick: &Pick, shown: &Text) {
        let line = pick.text();
        self.notice(
            &format!("by_hand/{}", self.now.as_second()),
            Severity::Urgent,
            Text::new(
                format!("有号，请自己约：{}", line.zh),
                format!("a place, please book it yourself: {}", line.en),
            ),
            Text::new(
                format!("114 要的东西 daiban 给不了（{}），请马上到 114 官方渠道约", shown.zh),
                format!("114 wants something daiban cannot give ({}); book it in 114's official channel now", shown.en),
            ),
        );
        self.leave(pick, shown, DAY_S);
    }
}

/// The service's own words, if it gave some, tell how long to leave it alone. Without any it simply did not come through.
fn said_against(text: &Text) -> ServiceError {
    match error::means(10_000, &text.zh) {
        ServiceError::Refused { code, .. } if code == error::OTHER => {
            ServiceError::Unreachable { text: text.clone() }
        }
        error => error,
    }
}
