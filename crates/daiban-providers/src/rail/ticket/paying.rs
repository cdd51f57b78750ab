//! After the order number: the list tells seats, price and deadline; then a person pays, or does not.

use daiban_core::{
    Text, Timestamp,
    ask::{AskKind, NewAsk},
    call::Outcome,
    dates,
    errand::Phase,
    error::ServiceError,
    notice::Severity,
};
use serde_json::{Value, json};

use super::intake::{read, unfinished};
use super::wishes::later;
use super::words::{class, yuan};
use super::{Due, Pick, Round, Stage};
use crate::rail::orders::{Order, OrderState, Unfinished};
use crate::rail::seats::STANDING;

/// Where a person pays.
const PAY_LINK: &str = "https://kyfw.12306.cn/otn/view/train_order.html";
/// The list is asked so often while an order waits for its payment.
const CHECK_S: i64 = 180;
/// The owner is reminded so long before the deadline.
const REMIND_S: i64 = 600;
/// Looks for a new order in the list before its owner is told without deadline and price.
const MOST_TRIES: u32 = 6;
/// Looks that find an order in no list before it counts as gone.
const MOST_MISSING: u32 = 2;

impl Round<'_> {
    pub(super) fn wait_for_list(&mut self, pick: &Pick) {
        let line = pick.text();
        self.rest(
            Phase::Working,
            "verifying",
            Text::new(
                format!("有订单号了，向 12306 核对：{}", line.zh),
                format!("has an order number, checking it with 12306: {}", line.en),
            ),
        );
    }

    /// The unfinished list, asked for a new order or for an unpaid one.
    pub(super) fn list_seen(&mut self, outcome: &Outcome) {
        match self.state.stage.clone() {
            Stage::Verifying {
                pick,
                order_no,
                tries,
            } => self.verified(outcome, pick, order_no, tries),
            Stage::Paying { due } => self.payment_seen(outcome, due),
            _ => {}
        }
    }

    fn verified(&mut self, outcome: &Outcome, pick: Pick, order_no: Option<String>, tries: u32) {
        let found = unfinished(outcome).and_then(|list| find(&list, order_no.as_deref(), &pick));
        if let Some(order) = found {
            return self.ask_to_pay(pick, &order);
        }
        if tries < MOST_TRIES {
            let wait = 2 << tries.min(5);
            let call = daiban_core::call::NewCall::look(
                "list",
                daiban_core::service::Service::Rail,
                self.pass.account,
                json!({ "do": "unfinished" }),
            );
            self.calls.push(call.not_before(later(self.now, wait)));
            self.state.stage = Stage::Verifying {
                pick,
                order_no,
                tries: tries + 1,
            };
            return;
        }
        // The number is certain, the rest is not: the owner hears what is known.
        let unlisted = Order {
            order_no: order_no.unwrap_or_default(),
            made_at: Some(self.now),
            state: OrderState::Unknown,
            pay_before: None,
            total_fen: None,
            tickets: Vec::new(),
        };
        self.ask_to_pay(pick, &unlisted);
    }

    fn ask_to_pay(&mut self, pick: Pick, order: &Order) {
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
        self.asks.push(pay_ask(&due, order, self.now));
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
        self.asks.push(NewAsk {
            tag: "cancel".to_owned(),
            kind: AskKind::Approve,
            title: Text::new(format!("取消订单 {}？", due.order_no), format!("cancel order {}?", due.order_no)),
            body: Text::new(
                format!("{}。每天取消满 3 次，当天就不能再订票。点「是」就取消", line.zh),
                format!("{}. After three cancellations a day nothing can be ordered that day. Yes cancels it", line.en),
            ),
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
        self.withdraw_asks = true;
        self.state.stage = Stage::Cancelling { due };
    }

    /// Asks for the payment once more.
    fn ask_again(&mut self, mut due: Due) {
        if due.pay_before.is_none_or(|end| end > self.now) {
            let order = unlisted(&due);
            self.asks.push(pay_ask(&due, &order, self.now));
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
                self.said.push(error.text().clone());
                self.ask_again(due);
            }
            Outcome::DidNotHappen(text) | Outcome::Unknown(text) => {
                self.said.push(text.clone());
                self.ask_again(due);
            }
        }
    }

    fn payment_seen(&mut self, outcome: &Outcome, mut due: Due) {
        self.state.checking = false;
        let list = match outcome.clone().into_result() {
            Ok(value) => read::<Unfinished>(&value),
            Err(ServiceError::SignInLost { .. }) => return self.signed_out(),
            Err(error) => return self.said.push(error.text().clone()),
        };
        let Some(list) = list else { return };
        let Some(order) = find(&list, Some(&due.order_no), &due.pick) else {
            // In the other list once it is paid.
            self.state.checking = true;
            let (from, to) = (due.made_on, dates::today(self.now));
            return self.look(
                "orders",
                json!({ "do": "orders", "from": from, "to": to, "which": "upcoming" }),
            );
        };
        due.missing = 0;
        if due.pay_before.is_none() && order.pay_before.is_some() {
            due.pay_before = order.pay_before;
            self.show_order(&order, "unpaid");
        }
        self.state.stage = Stage::Paying { due };
    }

    /// The list of orders that are not unpaid any more.
    pub(super) fn orders_seen(&mut self, outcome: &Outcome) {
        self.state.checking = false;
        let Stage::Paying { mut due } = self.state.stage.clone() else {
            return;
        };
        let orders = match outcome.clone().into_result() {
            Ok(value) => read::<Vec<Order>>(&value["orders"]),
            Err(ServiceError::SignInLost { .. }) => return self.signed_out(),
            Err(error) => return self.said.push(error.text().clone()),
        };
        let orders = orders.unwrap_or_default();
        let order = orders.iter().find(|order| order.order_no == due.order_no);
        match order.map(|order| order.state) {
            Some(OrderState::Paid) => self.paid(&due, order),
            Some(OrderState::Over) => self.over(&due, "cancelled"),
            Some(OrderState::Unpaid | OrderState::Unknown) | None => {
                due.missing += 1;
                if due.missing >= MOST_MISSING {
                    let lapsed = due.pay_before.is_some_and(|end| end <= self.now);
                    return self.over(&due, if lapsed { "lapsed" } else { "gone" });
                }
                due.check_at = later(self.now, 30);
                self.state.stage = Stage::Paying { due };
            }
        }
    }

    fn paid(&mut self, due: &Due, order: Option<&Order>) {
        if let Some(order) = order {
            self.show_order(order, "paid");
        }
        let line = due.pick.text();
        let said = Text::new(format!("已付款：{}", line.zh), format!("paid: {}", line.en));
        self.notice(
            format!("paid/{}", due.order_no),
            Severity::Info,
            Text::new("票到手了", "the tickets are yours"),
            Text::new(
                format!("{}，订单号 {}", line.zh, due.order_no),
                format!("{}, order {}", line.en, due.order_no),
            ),
        );
        let outcome = outcome_of(due, "paid");
        self.finish(Phase::Done, outcome, said);
    }

    /// The order is no more. Goes on from the beginning if its owner wishes so.
    fn over(&mut self, due: &Due, how: &'static str) {
        let line = due.pick.text();
        let said = match how {
            "cancelled" => Text::new(
                format!("订单已取消：{}", line.zh),
                format!("order cancelled: {}", line.en),
            ),
            "lapsed" => Text::new(
                format!("没有在期限前付款，订单失效：{}", line.zh),
                format!("not paid in time, the order lapsed: {}", line.en),
            ),
            _ => Text::new(
                format!("12306 的两张单子里都没有这个订单了：{}", line.zh),
                format!(
                    "12306 shows the order in neither list any more: {}",
                    line.en
                ),
            ),
        };
        let order = unlisted(due);
        self.show_order(&order, if how == "gone" { "cancelled" } else { how });
        self.withdraw_asks = true;
        if self.pass.wishes.again && how != "cancelled" {
            self.said.push(said);
            self.state.stage = Stage::Watching;
            self.state.hold.grow(self.now, 60);
            return;
        }
        self.notice(
            format!("{how}/{}", due.order_no),
            Severity::Attention,
            Text::new("这张票没有了", "this ticket is gone"),
            said.clone(),
        );
        let outcome = outcome_of(due, how);
        self.finish(Phase::Failed, outcome, said);
    }

    /// After "I ordered by hand": an order that fits the wishes is taken up like our own.
    pub(super) fn seen_after_hand(&mut self, outcome: &Outcome) {
        self.state.checking = false;
        let orders = unfinished(outcome).unwrap_or_default().orders;
        let ours = orders.into_iter().find_map(|order| {
            let pick = self.pick_of(&order)?;
            Some((pick, order))
        });
        match ours {
            Some((pick, order)) => self.ask_to_pay(pick, &order),
            None => self.said.push(Text::new(
                "12306 的未完成订单里还没有这张票",
                "12306's unfinished orders do not hold this ticket yet",
            )),
        }
    }

    fn pick_of(&self, order: &Order) -> Option<Pick> {
        let ticket = order.tickets.first()?;
        let date = ticket
            .date
            .filter(|date| self.pass.wishes.dates.contains(date))?;
        Some(Pick {
            date,
            train: ticket.train.clone(),
            train_no: String::new(),
            from: ticket.from.clone(),
            to: ticket.to.clone(),
            depart: ticket.depart,
            arrive: None,
            seat: ticket.seat.unwrap_or(STANDING),
            people: self
                .whole_party()
                .into_iter()
                .take(order.tickets.len())
                .collect(),
            price_fen: None,
        })
    }

    fn show_order(&mut self, order: &Order, state: &str) {
        let shown = json!({
            "state": state, "order_no": order.order_no,
            "pay_before": order.pay_before.map(dates::rfc3339),
            "total_fen": order.total_fen, "tickets": order.tickets, "pay_link": PAY_LINK,
        });
        self.facts.push(("order".to_owned(), shown));
    }
}

/// The order by its number; by what is in it when there is no number yet.
fn find(list: &Unfinished, order_no: Option<&str>, pick: &Pick) -> Option<Order> {
    let fits = |order: &&Order| match order_no {
        Some(number) => order.order_no == number,
        None => order.tickets.first().is_some_and(|ticket| {
            ticket.train == pick.train
                && ticket.date == Some(pick.date)
                && order.tickets.len() == pick.people.len()
        }),
    };
    list.orders.iter().find(fits).cloned()
}

/// What is known of an order without a list.
fn unlisted(due: &Due) -> Order {
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
        title: Text::new(
            format!("去付款{}：{}", until.zh, line.zh),
            format!("please pay{}: {}", until.en, line.en),
        ),
        body: Text::new(
            format!(
                "订单号 {}{price}（{class}{seats}）。打开 12306 App 的「待支付」付款，或在电脑上打开 {PAY_LINK}。付好了就点「付好了」，不要就点「不要这张了」",
                due.order_no
            ),
            format!(
                "Order {}{price_en}. Pay it in the 12306 app, or at {PAY_LINK}. Say so once it is paid, or that you do not want it",
                due.order_no
            ),
        ),
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

fn outcome_of(due: &Due, result: &str) -> Value {
    json!({
        "result": result, "order_no": due.order_no, "train": due.pick.train, "date": due.pick.date,
        "from": due.pick.from.name, "to": due.pick.to.name, "class": class(due.pick.seat),
        "people": due.pick.people.len(), "total_fen": due.total_fen,
        "depart": due.pick.depart.map(dates::rfc3339),
    })
}
