//! An order waits for its payment: a person pays, or does not. What became of it is read from `lists`.

use daiban_core::{
    Text, Timestamp,
    ask::{AskKind, NewAsk},
    call::Outcome,
    dates,
    errand::Phase,
    notice::Severity,
};
use serde_json::json;

use super::wishes::later;
use super::words::{class, yuan};
use super::{Due, Pick, Round, Stage};
use crate::rail::orders::{Order, OrderState};
use crate::rail::seats::STANDING;

/// Where a person pays.
const PAY_LINK: &str = "https://kyfw.12306.cn/otn/view/train_order.html";
/// The list is asked so often while an order waits for its payment.
const CHECK_S: i64 = 180;
/// The owner is reminded so long before the deadline.
const REMIND_S: i64 = 600;

impl Round<'_> {
    pub(super) fn ask_to_pay(&mut self, pick: Pick, order: &Order) {
        let due = Due {
            order_no: order.order_no.clone(),
            made_on: dates::today(order.made_at.unwrap_or(self.now)),
            pay_before: order.pay_before,
            total_fen: order.total_fen,
            check_at: later(self.now, CHECK_S),
            reminded: false,
            missing: 0,
            pick,
        };
        self.show_order(order, "unpaid");
        if stands_against_wish(order, &due.pick) {
            self.notice(
                format!("standing/{}", due.order_no),
                Severity::Urgent,
                Text::new("订到的是无座", "the ticket has no seat"),
                Text::new(
                    "你没有选无座，12306 却给了无座票。不想要就在付款那一条点「不要」",
                    "you did not wish for standing, but 12306 gave that. Say no where you are asked to pay",
                ),
            );
        }
        self.draft.asks.push(pay_ask(&due, order, self.now));
        self.state.stage = Stage::Paying { due };
    }

    pub(super) fn wait_for_payment(&mut self, mut due: Due) {
        if self.now >= due.check_at && !self.state.checking {
            self.state.checking = true;
            due.check_at = later(self.now, CHECK_S);
            self.look("list", json!({ "do": "unfinished" }));
        }
        self.remind(&mut due);
        let next = match due.pay_before {
            Some(end) if end > self.now => due.check_at.min(later(end, 20)),
            _ => due.check_at,
        };
        self.wake_at(next);
        let line = due.pick.text();
        let until = until(due.pay_before, self.now);
        self.state.stage = Stage::Paying { due };
        self.rest(
            Phase::NeedsYou,
            "pay",
            Text::new(
                format!("已占座，等你付款{}：{}", until.zh, line.zh),
                format!("ordered, waiting for your payment{}: {}", until.en, line.en),
            ),
        );
    }

    fn remind(&mut self, due: &mut Due) {
        let Some(end) = due.pay_before.filter(|_| !due.reminded) else {
            return;
        };
        let moment = later(end, -REMIND_S);
        if self.now < moment {
            return self.wake_at(moment);
        }
        due.reminded = true;
        if self.now >= end {
            return;
        }
        let (line, at) = (due.pick.text(), dates::spoken(end, self.now));
        self.notice(
            format!("pay_soon/{}", due.order_no),
            Severity::Urgent,
            Text::new(
                format!("{} 前不付款就没了", at.zh),
                format!("lapses at {} unless paid", at.en),
            ),
            Text::new(
                format!("{}，订单号 {}。打开 12306 App 付款", line.zh, due.order_no),
                format!("{}, order {}. Pay in the 12306 app", line.en, due.order_no),
            ),
        );
    }

    pub(super) fn look_at_payment_now(&mut self) {
        if let Stage::Paying { due } = &mut self.state.stage {
            due.check_at = self.now;
        }
    }

    pub(super) fn payment_answered(&mut self, paid: bool) {
        if paid {
            return self.look_at_payment_now();
        }
        let Stage::Paying { due } = &self.state.stage else {
            return;
        };
        let line = due.pick.text();
        self.draft.asks.push(NewAsk {
            tag: "cancel".to_owned(),
            kind: AskKind::Approve,
            title: Text::new(format!("取消订单 {}？", due.order_no), format!("cancel order {}?", due.order_no)),
            body: Text::new(
                format!("{}。每天取消满 3 次，当天就不能再订票。点「是」就取消", line.zh),
                format!("{}. After three cancellations a day nothing can be ordered that day. Yes cancels it", line.en),
            ),
            told: None,
            picture: None,
            deadline: due.pay_before,
        });
    }

    pub(super) fn cancel_answered(&mut self, yes: bool) {
        let Stage::Paying { due } = self.state.stage.clone() else {
            return;
        };
        if !yes {
            return self.ask_again(due);
        }
        self.act(
            "cancel",
            json!({ "do": "cancel_order", "order_no": due.order_no }),
        );
        self.draft.withdraw_asks = true;
        self.state.stage = Stage::Cancelling { due };
    }

    /// Asks for the payment once more.
    fn ask_again(&mut self, mut due: Due) {
        if due.pay_before.is_none_or(|end| end > self.now) {
            let order = unlisted(&due);
            self.draft.asks.push(pay_ask(&due, &order, self.now));
        }
        due.check_at = self.now;
        self.state.stage = Stage::Paying { due };
    }

    pub(super) fn wait_for_cancelling(&mut self, due: &Due) {
        let no = &due.order_no;
        self.rest(
            Phase::Working,
            "cancelling",
            Text::new(
                format!("正在取消订单 {no}"),
                format!("cancelling order {no}"),
            ),
        );
    }

    pub(super) fn cancelled(&mut self, outcome: &Outcome) {
        let Stage::Cancelling { due } = self.state.stage.clone() else {
            return;
        };
        match outcome {
            Outcome::Done(_) => self.over(&due, "cancelled"),
            Outcome::Failed(error) => {
                self.draft.said.push(error.text().clone());
                self.ask_again(due);
            }
            Outcome::DidNotHappen(text) | Outcome::Unknown(text) => {
                self.draft.said.push(text.clone());
                self.ask_again(due);
            }
        }
    }

    pub(super) fn show_order(&mut self, order: &Order, state: &str) {
        let shown = json!({
            "state": state, "order_no": order.order_no,
            "pay_before": order.pay_before.map(dates::rfc3339),
            "total_fen": order.total_fen, "tickets": order.tickets, "pay_link": PAY_LINK,
        });
        self.draft.fact("order", shown);
    }
}

/// What is known of an order without a list.
pub(super) fn unlisted(due: &Due) -> Order {
    Order {
        order_no: due.order_no.clone(),
        made_at: None,
        state: OrderState::Unknown,
        pay_before: due.pay_before,
        total_fen: due.total_fen,
        tickets: Vec::new(),
    }
}

fn stands_against_wish(order: &Order, pick: &Pick) -> bool {
    pick.seat != STANDING
        && order
            .tickets
            .iter()
            .any(|ticket| ticket.class.contains("无座") || ticket.seat_no.contains("无座"))
}

fn pay_ask(due: &Due, order: &Order, now: Timestamp) -> NewAsk {
    let line = due.pick.text();
    let until = until(due.pay_before, now);
    let price = due
        .total_fen
        .map(|fen| format!("，共 {}", yuan(fen)))
        .unwrap_or_default();
    let price_en = due
        .total_fen
        .map(|fen| format!(", {} together", yuan(fen)))
        .unwrap_or_default();
    let seats: Vec<_> = order
        .tickets
        .iter()
        .map(|ticket| format!("{} 车 {}", ticket.coach, ticket.seat_no))
        .collect();
    let seats = if seats.is_empty() {
        String::new()
    } else {
        format!("，{}", seats.join("、"))
    };
    let class = class(due.pick.seat);
    NewAsk {
        tag: "pay".to_owned(),
        kind: AskKind::Approve,
        title: Text::new("付款后，票才是你的", "the ticket is yours once it is paid"),
        body: Text::new(
            format!(
                "{}{}。订单号 {}{price}（{class}{seats}）。在 12306 的「待支付」里付款；付好了就点「付好了」，不要就点「不要这张了」",
                line.zh, until.zh, due.order_no
            ),
            format!(
                "{}{}. Order {}{price_en}. Pay it among the unpaid orders at 12306. Say so once it is paid, or that you do not want it",
                line.en, until.en, due.order_no
            ),
        ),
        told: None,
        picture: None,
        deadline: due.pay_before,
    }
}

fn until(pay_before: Option<Timestamp>, now: Timestamp) -> Text {
    match pay_before {
        Some(end) => {
            let at = dates::spoken(end, now);
            Text::new(format!("（{} 前）", at.zh), format!(" before {}", at.en))
        }
        None => Text::new("（期限看 12306）", " (12306 shows by when)"),
    }
}
