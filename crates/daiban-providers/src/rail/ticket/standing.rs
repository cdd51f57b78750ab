//! Standing in line (候补) when nothing is free. While a standby order stands, nothing else is ordered.

use daiban_core::{
    Text, Timestamp,
    ask::{AskKind, NewAsk},
    call::Outcome,
    dates,
    errand::Phase,
    error::ServiceError,
    notice::Severity,
};
use serde_json::json;

use super::choose::{Offer, Standing};
use super::intake::read;
use super::wishes::later;
use super::words::yuan;
use super::{Person, Round, Stage};
use crate::rail::error::text_means;
use crate::rail::orders::{
    OrderPassenger, Standby, StandbyChoice, StandbyState, StandbyWish, Stop,
};
use crate::rail::standby::rules::standby_open;

/// Trains and classes of one standby order.
const MOST_CHOICES: usize = 3;
/// Between two tries to stand in line.
const AGAIN_S: i64 = 1800;
/// After the service asked for a check of the face, which a person does in the app.
const FACE_AGAIN_S: i64 = 6 * 3600;
/// Where a person pays the deposit.
const DEPOSIT_LINK: &str = "https://kyfw.12306.cn/otn/view/lineUp_toPay.html";
/// A line is looked at so often: until the deposit is paid, and after.
const UNPAID_S: i64 = 180;
const WAITING_S: i64 = 600;

impl Round<'_> {
    /// Begins to stand in line when it is wished, open and nothing is free. Whether it did.
    pub(super) fn consider_standing_in_line(&mut self, offers: &[Offer<'_>]) -> bool {
        let ready = self.pass.wishes.standby
            && self.pass.wishes.needs_account()
            && !self.is_signed_out()
            && !self.state.by_hand
            && !self.state.blocked
            && self.state.people.is_some()
            && self.now >= self.state.standby_at
            && !self.state.hold.holds(self.now);
        let choices: Vec<StandbyChoice> = match ready {
            true => offers
                .iter()
                .filter(|offer| is_open(offer))
                .take(MOST_CHOICES)
                .map(choice)
                .collect(),
            false => return false,
        };
        if choices.is_empty() {
            return false;
        }
        let wish = StandbyWish {
            choices,
            passengers: self.whole_party(),
            no_seat: self.pass.wishes.no_seat,
            until_min: self.pass.wishes.standby_until_min(),
        };
        self.look(
            "standby_check",
            json!({ "do": "standby_check", "choices": wish.choices }),
        );
        self.state.stage = Stage::AskingStandby { wish };
        self.wait_for_line();
        true
    }

    pub(super) fn whole_party(&self) -> Vec<OrderPassenger> {
        let people = self.state.people.iter().flatten();
        people.map(Person::passenger).collect()
    }

    pub(super) fn wait_for_line(&mut self) {
        self.rest(
            Phase::Working,
            "standby",
            Text::new("没有票，正在候补", "nothing free; standing in line"),
        );
    }

    pub(super) fn standby_checked(&mut self, outcome: &Outcome) {
        let Stage::AskingStandby { wish } = self.state.stage.clone() else {
            return;
        };
        let value = match outcome.clone().into_result() {
            Ok(value) => value,
            Err(error) => return self.not_in_line(&error),
        };
        self.draft
            .fact("standby", json!({ "chances": value["chances"] }));
        if value["face"] != "fine" {
            let text = read::<Text>(&value["text"]).unwrap_or_else(|| {
                Text::new("12306 要先核验人脸", "12306 wants your face checked first")
            });
            return self.face_first(text);
        }
        self.clear("face");
        let mut body = json!(wish);
        body["do"] = json!("standby");
        self.act("standby", body);
        self.state.stage = Stage::Lining { wish };
    }

    fn face_first(&mut self, text: Text) {
        self.state.standby_at = later(self.now, FACE_AGAIN_S);
        self.state.stage = Stage::Watching;
        self.draft.said.push(text.clone());
        self.raise(
            "face",
            Severity::Attention,
            Text::new(
                format!("还不能候补：{}", text.zh),
                format!("cannot stand in line yet: {}", text.en),
            ),
            Text::new(
                "到铁路12306 App 里做一次候补的人脸核验，之后点「现在运行一次」",
                "pass the face check for standby once in the 铁路12306 app, then run this errand",
            ),
        );
    }

    pub(super) fn lined_up(&mut self, outcome: &Outcome) {
        if !matches!(self.state.stage, Stage::Lining { .. }) {
            return;
        }
        match outcome {
            Outcome::Done(value) => {
                let pay_before = read::<Timestamp>(&value["pay_before"]);
                self.state.stage = Stage::InLine {
                    reserve_no: value["reserve_no"].as_str().unwrap_or_default().to_owned(),
                    pay_before,
                    paid: false,
                    asked: false,
                    check_at: self.now,
                };
            }
            Outcome::Failed(error) => self.not_in_line(error),
            Outcome::DidNotHappen(text) => self.not_in_line(&text_means(&text.zh)),
            Outcome::Unknown(text) => {
                self.not_in_line(&ServiceError::Unsure { text: text.clone() })
            }
        }
    }

    fn not_in_line(&mut self, error: &ServiceError) {
        self.state.stage = Stage::Watching;
        self.state.standby_at = later(self.now, AGAIN_S);
        let text = error.text().clone();
        match error {
            ServiceError::Refused { code, .. } if code == "face" => return self.face_first(text),
            ServiceError::Refused { code, .. } if code == "unfinished_order" => {
                self.state.blocked = true
            }
            ServiceError::SignInLost { .. } => self.signed_out(),
            _ => {}
        }
        self.state.hold.grow(self.now, 10);
        self.draft.said.push(Text::new(
            format!("没候补上：{}", text.zh),
            format!("not in line: {}", text.en),
        ));
    }

    pub(super) fn stand_in_line(&mut self) {
        let Stage::InLine {
            reserve_no,
            pay_before,
            paid,
            asked,
            check_at,
        } = self.state.stage.clone()
        else {
            return;
        };
        let mut check_at = check_at;
        if self.now >= check_at && !self.state.checking && !self.is_signed_out() {
            self.state.checking = true;
            check_at = later(self.now, if paid { WAITING_S } else { UNPAID_S });
            self.look("standby_list", json!({ "do": "standby_orders" }));
        }
        self.wake_at(check_at);
        let said = match paid {
            true => Text::new(
                format!("候补中（{reserve_no}），等 12306 兑现"),
                format!("in line ({reserve_no}), waiting for 12306"),
            ),
            false => {
                let until = pay_before
                    .map(|end| dates::spoken(end, self.now).zh)
                    .unwrap_or_default();
                Text::new(
                    format!("候补已提交（{reserve_no}），等你付预付款 {until}"),
                    format!("standby order {reserve_no} waits for your deposit {until}"),
                )
            }
        };
        self.state.stage = Stage::InLine {
            reserve_no,
            pay_before,
            paid,
            asked,
            check_at,
        };
        let phase = if paid {
            Phase::Waiting
        } else {
            Phase::NeedsYou
        };
        self.rest(phase, "standby", said);
    }

    pub(super) fn look_at_line_now(&mut self) {
        if let Stage::InLine { check_at, .. } = &mut self.state.stage {
            *check_at = self.now;
        }
    }

    pub(super) fn deposit_answered(&mut self, _paid: bool) {
        // Unpaid it lapses by itself; the list tells either way.
        self.look_at_line_now();
    }

    /// The list of standby orders.
    pub(super) fn line_seen(&mut self, outcome: &Outcome) {
        self.state.checking = false;
        let Stage::InLine { reserve_no, .. } = self.state.stage.clone() else {
            return;
        };
        let orders = match outcome.clone().into_result() {
            Ok(value) => read::<Vec<Standby>>(&value["orders"]).unwrap_or_default(),
            Err(ServiceError::SignInLost { .. }) => return self.signed_out(),
            Err(error) => return self.draft.said.push(error.text().clone()),
        };
        let Some(order) = orders
            .into_iter()
            .find(|order| order.reserve_no == reserve_no)
        else {
            return self.draft.said.push(Text::new(
                "12306 的候补列表里暂时看不到它",
                "12306's list does not show it at the moment",
            ));
        };
        let mut shown = json!(order);
        shown["pay_link"] = json!(DEPOSIT_LINK);
        self.draft.fact("standby", shown);
        match order.state {
            StandbyState::Unpaid => self.ask_for_deposit(&order),
            StandbyState::Waiting => self.in_line_now(),
            StandbyState::Fulfilled => self.fulfilled(&order),
            StandbyState::Over => self.out_of_line(&order),
            StandbyState::Unknown => self.draft.said.push(Text::quoted(&order.text)),
        }
    }

    fn ask_for_deposit(&mut self, order: &Standby) {
        let Stage::InLine {
            asked, pay_before, ..
        } = &mut self.state.stage
        else {
            return;
        };
        *pay_before = order.pay_before;
        if std::mem::replace(asked, true) {
            return;
        }
        let what = order.choices.join("、");
        let deposit = order.deposit_fen.map_or_else(|| "?".to_owned(), yuan);
        let until = order
            .pay_before
            .map(|end| dates::spoken(end, self.now))
            .unwrap_or_default();
        self.draft.asks.push(NewAsk {
            tag: "deposit".to_owned(),
            kind: AskKind::Approve,
            title: Text::new("候补要付预付款", "standby needs a deposit"),
            body: Text::new(
                format!("{what}。候补单 {}，预付 {deposit}，{} 前在 12306 App 的候补订单里付；兑现后多退，不兑现全退。付好了点「是」", order.reserve_no, until.zh),
                format!("{what}. Standby order {}, deposit {deposit}, to be paid before {} in the 12306 app. Say yes once it is paid", order.reserve_no, until.en),
            ),
            told: None,
            picture: None,
            deadline: order.pay_before,
        });
    }

    fn in_line_now(&mut self) {
        if let Stage::InLine { paid, .. } = &mut self.state.stage
            && !std::mem::replace(paid, true)
        {
            self.draft.withdraw_asks = true;
        }
    }

    fn fulfilled(&mut self, order: &Standby) {
        let what = order.choices.join("、");
        let said = Text::new(
            format!("候补兑现了：{what}"),
            format!("the standby order came true: {what}"),
        );
        self.notice(
            format!("fulfilled/{}", order.reserve_no),
            Severity::Info,
            Text::new(
                "候补成功，票到手了",
                "standby succeeded, the tickets are yours",
            ),
            said.clone(),
        );
        let outcome = json!({
            "result": "standby_fulfilled", "reserve_no": order.reserve_no, "order_no": order.order_no,
            "choices": order.choices, "at": dates::rfc3339(self.now),
        });
        self.finish(Phase::Done, outcome, said);
    }

    /// Withdrawn, lapsed or not fulfilled: looks out again. Whoever left the line, or let its deposit lapse, is not put into
    /// another one unless that was wished.
    fn out_of_line(&mut self, order: &Standby) {
        let wait_until = match self.pass.wishes.again {
            true => later(self.now, AGAIN_S),
            false => self.give_up,
        };
        self.state.standby_at = wait_until;
        self.state.stage = Stage::Watching;
        self.draft.withdraw_asks = true;
        self.draft.said.push(Text::new(
            format!("候补没有了（{}），继续盯票", order.text),
            format!(
                "the standby order is over ({}), looking out again",
                order.text
            ),
        ));
    }
}

/// Sold out, and the line is open for this class.
fn is_open(offer: &Offer<'_>) -> bool {
    offer.standing == Standing::Gone && standby_open(offer.row, offer.seat.code).is_ok()
}

fn choice(offer: &Offer<'_>) -> StandbyChoice {
    let train = &offer.row.train;
    StandbyChoice {
        date: offer.date,
        train: train.train.clone().into_owned(),
        from: Stop::of(&train.from),
        to: Stop::of(&train.to),
        secret: offer.row.keys.secret.clone().into_owned(),
        seat: offer.seat.code,
    }
}
