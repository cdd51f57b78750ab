//! What the service's lists of orders say: a new order is there, an unpaid one was paid or is no more.

use daiban_core::{
    Text,
    call::{NewCall, Outcome},
    dates,
    errand::Phase,
    error::ServiceError,
    notice::Severity,
    service::Service,
};
use serde_json::{Value, json};

use super::intake::{read, unfinished};
use super::paying::unlisted;
use super::wishes::later;
use super::words::class;
use super::{Due, Pick, Round, Stage};
use crate::rail::orders::{Order, OrderState, Unfinished};
use crate::rail::seats::STANDING;

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
            let call = NewCall::look(
                "list",
                Service::Rail,
                self.pass.account,
                json!({ "do": "unfinished" }),
            );
            self.draft
                .calls
                .push(call.not_before(later(self.now, wait)));
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

    fn payment_seen(&mut self, outcome: &Outcome, mut due: Due) {
        self.state.checking = false;
        let list = match outcome.clone().into_result() {
            Ok(value) => read::<Unfinished>(&value),
            Err(ServiceError::SignInLost { .. }) => return self.signed_out(),
            Err(error) => return self.draft.said.push(error.text().clone()),
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
            Err(error) => return self.draft.said.push(error.text().clone()),
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
    pub(super) fn over(&mut self, due: &Due, how: &'static str) {
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
        self.draft.withdraw_asks = true;
        if self.pass.wishes.again && how != "cancelled" {
            self.draft.said.push(said);
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
            None => self.draft.said.push(Text::new(
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

fn outcome_of(due: &Due, result: &str) -> Value {
    json!({
        "result": result, "order_no": due.order_no, "train": due.pick.train, "date": due.pick.date,
        "from": due.pick.from.name, "to": due.pick.to.name, "class": class(due.pick.seat),
        "people": due.pick.people.len(), "total_fen": due.total_fen,
        "depart": due.pick.depart.map(dates::rfc3339),
    })
}
