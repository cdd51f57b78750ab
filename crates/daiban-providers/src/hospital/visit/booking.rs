//! Booking: the act, and what each way it can end means for what comes next.

use daiban_core::{
    Text,
    ask::{AskKind, NewAsk},
    call::Outcome,
    dates,
    errand::Phase,
    error::ServiceError,
    notice::Severity,
};
use serde_json::{Value, json};

use super::choose::Choice;
use super::intake::read;
use super::setback::set_aside;
use super::words::{confirmed, yuan};
use super::{Pick, Round, Stage};
use crate::hospital::booking::{Agreed, BookResult, BookWish, Confirm, Stop};
use crate::hospital::error;
use crate::words::{later, plus};

/// A person who is asked for a yes, a code or a number has so long: the place is not held meanwhile.
const PERSON_S: i64 = 300;
/// Codes from one text message tried at most.
const MOST_CODES: u32 = 3;
/// A place that costs too much, or that wants what daiban cannot give, is left alone so long.
const DAY_S: i64 = 86_400;
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

    fn send(&mut self, pick: Pick, wish: BookWish) {
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

    fn ask_about_change(&mut self, pick: Pick, wish: BookWish, confirm: Confirm) {
        let (line, shown) = (pick.text(), confirmed(&confirm));
        let notices = confirm.notices.join("；");
        self.ask(
            "changed",
            AskKind::Approve,
            Text::new(
                format!("和刚才看到的不一样，还约吗：{}", shown.zh),
                format!("not what was seen, book it all the same? {}", shown.en),
            ),
            Text::new(
                format!(
                    "看到的是：{}。确认页写的是：{}。{notices}",
                    line.zh, shown.zh
                ),
                format!(
                    "Seen: {}. The confirm page says: {}. {notices}",
                    line.en, shown.en
                ),
            ),
        );
        self.state.stage = Stage::Asking {
            pick,
            wish,
            confirm: Some(confirm),
        };
    }

    fn ask_for_card(&mut self, pick: Pick, wish: BookWish, confirm: Confirm) {
        let line = pick.text();
        self.ask(
            "card",
            AskKind::Text,
            Text::new(
                format!("要医院就诊卡号：{}", line.zh),
                format!("the hospital's card number is wanted: {}", line.en),
            ),
            Text::new(
                "这家医院要它自己的就诊卡号才能约；填了马上去约，号不会为你留着",
                "this hospital wants its own card number; it is booked as soon as you type it, the place is not held",
            ),
        );
        self.state.stage = Stage::Asking {
            pick,
            wish,
            confirm: Some(confirm),
        };
    }

    fn ask(&mut self, tag: &str, kind: AskKind, title: Text, body: Text) {
        self.draft.asks.push(NewAsk {
            tag: tag.to_owned(),
            kind,
            title,
            body,
            picture: None,
            deadline: Some(later(self.now, PERSON_S)),
        });
    }

    pub(super) fn wait_for_message(&mut self, pick: &Pick) {
        let line = pick.text();
        self.draft.rest(
            Phase::Working,
            "booking",
            Text::new(
                format!("要短信验证码，正在请 114 发：{}", line.zh),
                format!(
                    "a text message is wanted, asking 114 to send it: {}",
                    line.en
                ),
            ),
        );
    }

    /// Whether the message went out or nobody knows: a person can tell.
    pub(super) fn code_sent(&mut self, outcome: &Outcome) {
        let Stage::SendingCode { pick, wish } = self.state.stage.clone() else {
            return;
        };
        match outcome {
            Outcome::Done(_) | Outcome::Unknown(_) => self.ask_for_code(pick, wish, None),
            Outcome::DidNotHappen(text) => self.leave(&pick, text, 0),
            Outcome::Failed(error) => self.not_booked(&pick, wish, error),
        }
    }

    fn ask_for_code(&mut self, pick: Pick, wish: BookWish, said: Option<&Text>) {
        let line = pick.text();
        let again = said.map_or_else(Text::default, |said| {
            Text::new(
                format!("上一次：{}。", said.zh),
                format!("Last time: {}. ", said.en),
            )
        });
        self.ask(
            "sms",
            AskKind::Sms,
            Text::new(
                format!("约号要短信验证码：{}", line.zh),
                format!("the booking wants a code: {}", line.en),
            ),
            Text::new(
                format!("{}短信发到 114 账号的手机，填了马上去约", again.zh),
                format!(
                    "{}It is sent to the phone of the 114 account; type it and the booking goes on",
                    again.en
                ),
            ),
        );
        self.state.stage = Stage::Asking {
            pick,
            wish,
            confirm: None,
        };
    }

    pub(super) fn wait_for_person(&mut self, pick: &Pick) {
        let line = pick.text();
        self.draft.wake_at(later(self.now, PERSON_S + 60));
        self.draft.rest(
            Phase::NeedsYou,
            "asking",
            Text::new(
                format!("等你一步：{}", line.zh),
                format!("waiting for you: {}", line.en),
            ),
        );
    }

    pub(super) fn change_agreed(&mut self, yes: bool) {
        let Stage::Asking {
            pick,
            mut wish,
            confirm: Some(confirm),
        } = self.state.stage.clone()
        else {
            return;
        };
        if !yes {
            let text = Text::new("你没有要", "you did not want it");
            return self.leave(&pick, &text, DAY_S);
        }
        wish.agreed = Some(Agreed {
            fee_fen: confirm.fee_fen,
            doctor: confirm.doctor,
            title: confirm.title,
            visit_time: confirm.visit_time,
        });
        self.send(pick, wish);
    }

    pub(super) fn code_typed(&mut self, code: &str) {
        if let Stage::Asking { pick, mut wish, .. } = self.state.stage.clone() {
            wish.sms_code = Some(code.trim().to_owned());
            self.state.sms_tries += 1;
            self.send(pick, wish);
        }
    }

    pub(super) fn card_typed(&mut self, number: &str) {
        if let Stage::Asking { pick, mut wish, .. } = self.state.stage.clone() {
            wish.hospital_card = Some(number.trim().to_owned());
            self.send(pick, wish);
        }
    }

    pub(super) fn nobody_answered(&mut self) {
        if let Stage::Asking { pick, .. } = self.state.stage.clone() {
            let text = Text::new("没有人在时限内回答", "nobody answered in time");
            self.leave(&pick, &text, 600);
        }
    }

    /// Back to looking out; this place is left alone for a while.
    fn leave(&mut self, pick: &Pick, why: &Text, least_s: i64) {
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
    fn not_booked(&mut self, pick: &Pick, wish: BookWish, error: &ServiceError) {
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

    /// Nobody can know whether it was booked. Nothing else is booked until a person has looked.
    fn nobody_knows(&mut self, pick: Pick, text: &Text) {
        let line = pick.text();
        self.draft.asks.push(NewAsk {
            tag: "unsure".to_owned(),
            kind: AskKind::Approve,
            title: Text::new(
                format!("约上了没有？{}", line.zh),
                format!("is it booked? {}", line.en),
            ),
            body: Text::new(
                format!("提交后没有看到结果（{}）。请到 114 官方渠道的「我的预约」看一眼：约上了点「是」，没有点「否」，然后继续盯", text.zh),
                format!("The outcome was not seen ({}). Look at your bookings in 114's official channel: yes if it is there; no, and daiban goes on looking out", text.en),
            ),
            picture: None,
            deadline: None,
        });
        self.state.stage = Stage::Unsure { pick };
    }

    pub(super) fn wait_for_truth(&mut self, pick: &Pick) {
        let line = pick.text();
        let day_over = dates::midnight(plus(pick.date, 1));
        if self.now >= day_over {
            let said = Text::new(
                format!("就诊日已过，一直不知道约上没有：{}", line.zh),
                format!(
                    "the day is over and nobody ever knew whether it was booked: {}",
                    line.en
                ),
            );
            let outcome = json!({ "result": "unknown", "date": pick.date });
            return self.finish(Phase::Failed, outcome, said);
        }
        self.draft.wake_at(day_over);
        self.draft.rest(
            Phase::NeedsYou,
            "unsure",
            Text::new(
                format!("不知道约上没有，等你去看一眼：{}", line.zh),
                format!(
                    "nobody knows whether it is booked; waiting for you to look: {}",
                    line.en
                ),
            ),
        );
    }

    /// What the person saw. A yes is looked up in the account's orders, where they can be had.
    pub(super) fn truth_told(&mut self, booked: bool) {
        let Stage::Unsure { pick } = self.state.stage.clone() else {
            return;
        };
        if booked {
            return self.look("truth", json!({ "do": "orders" }));
        }
        let text = Text::new("你看过，没有约上", "you looked: it is not booked");
        self.leave(&pick, &text, 60);
    }

    /// The account's orders after a person said that it is booked.
    pub(super) fn orders_seen(&mut self, outcome: &Outcome) {
        let Stage::Unsure { pick } = self.state.stage.clone() else {
            return;
        };
        let listed = match outcome {
            Outcome::Done(value) => {
                read::<Vec<crate::hospital::booking::Booking>>(&value["orders"])
            }
            _ => None,
        };
        let found = listed.into_iter().flatten().find(|order| {
            order.date == Some(pick.date) && order.department.code == pick.department.second
        });
        match found {
            Some(order) => {
                let order_no = order.order_no.clone();
                self.ordered(pick, order_no, (false, false), Some(order));
            }
            None => self.believe(&pick),
        }
    }

    /// The person says it is booked, and no list can be read: over, in the person's words.
    fn believe(&mut self, pick: &Pick) {
        let line = pick.text();
        let said = Text::new(
            format!("你说已经约上：{}", line.zh),
            format!("booked, as you say: {}", line.en),
        );
        let outcome: Value =
            json!({ "result": "booked_as_told", "date": pick.date, "half_day": pick.half_day });
        self.finish(Phase::Done, outcome, said);
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
