//! Ordering: the act, and what each way it can end means for what comes next.

use daiban_core::{
    Text,
    ask::{Answer, AskKind, NewAsk},
    call::Outcome,
    dates,
    errand::Phase,
    error::ServiceError,
    notice::Severity,
};
use serde_json::{Value, json};

use super::choose::Offer;
use super::setback::{SetAside, set_aside};
use super::wishes::{later, plus};
use super::{Person, Pick, Round, Stage};
use crate::rail::error::text_means;
use crate::rail::order::choice::{SeatWish, has_berths};
use crate::rail::order::outcome::nowhere;
use crate::rail::orders::{OrderPassenger, OrderWish, Stop, TicketKind};

/// An owner who is asked first has so long.
const TAKE_S: i64 = 300;
/// What an owner did not want, or did not answer about, is left alone so long.
const UNWANTED_S: i64 = 1800;
/// Closed, and nobody said until when: so long.
const CLOSED_S: i64 = 300;
/// Where people order by hand.
pub(super) const BY_HAND_LINK: &str = "https://kyfw.12306.cn/otn/leftTicket/init";

impl Round<'_> {
    pub(super) fn order(&mut self, offer: &Offer<'_>) {
        let pick = self.pick(offer);
        let mut body = json!(self.order_wish(offer, &pick));
        body["do"] = json!("order");
        self.act("order", body);
        let said = Text::new(
            format!("下单：{}", pick.text().zh),
            format!("ordering {}", pick.text().en),
        );
        self.state.stage = Stage::Ordering { pick };
        self.draft.withdraw_asks = true;
        self.rest(Phase::Working, "ordering", said);
    }

    fn pick(&self, offer: &Offer<'_>) -> Pick {
        let train = &offer.row.train;
        let people = self.state.people.as_deref().unwrap_or_default();
        Pick {
            date: offer.date,
            train: train.train.clone().into_owned(),
            train_no: train.train_no.clone().into_owned(),
            from: Stop::of(&train.from),
            to: Stop::of(&train.to),
            depart: train.depart,
            arrive: train.arrive,
            seat: offer.seat.code,
            people: party(people, offer.people),
            price_fen: offer.seat.price_fen,
        }
    }

    fn order_wish(&self, offer: &Offer<'_>, pick: &Pick) -> OrderWish {
        let keys = &offer.row.keys;
        let wishes = self.pass.wishes;
        let all_go = pick.people.len() == self.state.people.as_deref().map_or(0, <[_]>::len);
        let choose = wishes.choose_seats.as_deref().filter(|_| all_go);
        let choose = choose.and_then(|text| SeatWish::parse(text, pick.people.len()).ok());
        let choose = choose.filter(|seats| seats.fits(pick.seat));
        let berths = wishes.berths().ok().flatten();
        OrderWish {
            date: pick.date,
            train: pick.train.clone(),
            train_no: pick.train_no.clone(),
            from: pick.from.clone(),
            to: pick.to.clone(),
            secret: keys.secret.clone().into_owned(),
            bed_levels: keys.bed_levels.clone().into_owned(),
            discounts: keys.discounts.clone().into_owned(),
            seat: pick.seat,
            passengers: pick.people.clone(),
            choose: choose.map(|seats| seats.as_str().to_owned()),
            berths: berths.filter(|berths| has_berths(pick.seat, *berths)),
        }
    }

    pub(super) fn wait_for_order(&mut self, pick: &Pick) {
        let text = pick.text();
        self.rest(
            Phase::Working,
            "ordering",
            Text::new(
                format!("正在下单，等 12306 给结果：{}", text.zh),
                format!("ordering, waiting for 12306: {}", text.en),
            ),
        );
    }

    /// How the order ended.
    pub(super) fn ordered(&mut self, outcome: &Outcome) {
        let Stage::Ordering { pick } = self.state.stage.clone() else {
            return;
        };
        match outcome {
            Outcome::Done(value) => self.got_number(pick, value),
            Outcome::Failed(error) => self.no_order(&pick, error),
            Outcome::DidNotHappen(text) => self.no_order(&pick, &said_against(text)),
            Outcome::Unknown(text) => self.hand_over(&pick, text),
        }
    }

    fn got_number(&mut self, pick: Pick, value: &Value) {
        self.clear("order");
        let order_no = value["order_no"].as_str().map(str::to_owned);
        let said = Text::new(
            format!("12306 给了订单号 {}", order_no.as_deref().unwrap_or("?")),
            format!(
                "12306 gave the order number {}",
                order_no.as_deref().unwrap_or("?")
            ),
        );
        self.draft.said.push(said);
        self.state.stage = Stage::Verifying {
            pick,
            order_no,
            tries: 0,
        };
        self.look("list", json!({ "do": "unfinished" }));
    }

    /// Surely no order was made. Every way here makes the next one wait.
    fn no_order(&mut self, pick: &Pick, error: &ServiceError) {
        self.state.stage = Stage::Watching;
        let text = error.text().clone();
        let line = pick.text();
        let missed = Text::new(
            format!("{}：没订成，{}", line.zh, text.zh),
            format!("{}: not ordered, {}", line.en, text.en),
        );
        self.state.availability.miss(self.now, missed.clone());
        self.show_availability();
        self.draft.said.push(missed);
        match error {
            ServiceError::Refused { code, .. } => self.refused(pick, code, &text),
            ServiceError::NeedsPerson { .. } => self.hand_over(pick, &text),
            ServiceError::SignInLost { .. } => {
                self.state.hold.grow(self.now, 0);
                self.signed_out();
            }
            ServiceError::Busy { retry_after_s, .. } => {
                let least = retry_after_s.map_or(30, i64::from);
                self.state.hold.grow(self.now, least);
            }
            ServiceError::Closed { opens_at, .. } => {
                self.state.hold.grow(self.now, 60);
                let until = opens_at.unwrap_or_else(|| later(self.now, CLOSED_S));
                self.state.hold.until = self.state.hold.until.max(until);
            }
            ServiceError::Changed { .. } => {
                self.state.hold.grow(self.now, 60);
                self.order_problem(&text);
            }
            ServiceError::Unreachable { .. } | ServiceError::Unsure { .. } => {
                self.state.hold.grow(self.now, 10);
            }
        }
    }

    fn refused(&mut self, pick: &Pick, code: &str, text: &Text) {
        self.state.hold.grow(self.now, 0);
        match code {
            "no_tickets" => self.leave_alone(pick, 0),
            // The row was old; the next look brings another.
            "stale" => {}
            "unfinished_order" => self.way_is_blocked(text),
            "cancelled_too_often" => self.no_more_today(text),
            "already_bought" => self.travels_already(pick, text),
            "hand_over" => self.hand_over(pick, text),
            "passengers" => {
                self.state.people = None;
                self.state.check_at = self.now;
            }
            _ => {
                self.leave_alone(pick, 600);
                self.state.hold.grow(self.now, 60);
                self.order_problem(text);
            }
        }
    }

    fn order_problem(&mut self, text: &Text) {
        self.raise(
            "order",
            Severity::Attention,
            Text::new(format!("下单被拒：{}", text.zh), format!("an order was refused: {}", text.en)),
            Text::new(
                "会隔得更久再试；急的话请自己到 12306 App 下单",
                "it tries again after longer pauses; if it is urgent, order in the 12306 app yourself",
            ),
        );
    }

    fn leave_alone(&mut self, pick: &Pick, least_s: i64) {
        let aside = SetAside {
            date: pick.date,
            train_no: pick.train_no.clone(),
            from: pick.from.code.clone(),
            to: pick.to.code.clone(),
            seat: pick.seat,
            until: self.now,
            strikes: 0,
        };
        set_aside(&mut self.state.set_aside, aside, self.now, least_s);
    }

    fn way_is_blocked(&mut self, text: &Text) {
        self.state.blocked = true;
        self.state.check_at = self.now;
        self.raise(
            "blocked",
            Severity::Urgent,
            Text::new(
                format!("账号里有一张没处理的订单，12306 不让再下单：{}", text.zh),
                format!(
                    "the account has an unfinished order, 12306 takes no other: {}",
                    text.en
                ),
            ),
            Text::new(
                "到 12306 App 付款或取消它，之后会自己继续",
                "pay or cancel it in the 12306 app; this goes on by itself then",
            ),
        );
    }

    fn no_more_today(&mut self, text: &Text) {
        let tomorrow = plus(dates::today(self.now), 1);
        self.state.hold.until = later(dates::midnight(tomorrow), 5 * 3600);
        self.notice(
            format!("day_ban/{tomorrow}"),
            Severity::Attention,
            Text::new("今天不能再下单", "no more orders today"),
            Text::new(
                format!("12306：{}。明天早上 5 点后继续", text.zh),
                format!("12306: {}. It goes on tomorrow after 05:00", text.en),
            ),
        );
    }

    fn travels_already(&mut self, pick: &Pick, text: &Text) {
        self.state.taken_days.push(pick.date);
        let left = self
            .pass
            .wishes
            .dates
            .iter()
            .any(|date| !self.state.taken_days.contains(date));
        self.notice(
            format!("already/{}", pick.date),
            Severity::Attention,
            Text::new(
                format!("{} 已经有票，不再买", pick.date),
                format!("there is a ticket for {} already", pick.date),
            ),
            Text::new(
                format!("12306：{}。要换车次，请先退掉或改签原来的票", text.zh),
                format!(
                    "12306: {}. To change trains, give back or change the other ticket first",
                    text.en
                ),
            ),
        );
        if !left {
            self.finish(
                Phase::Failed,
                json!({ "result": "already_bought" }),
                text.clone(),
            );
        }
    }

    /// Only a person can go on: the service wants a proof that there is one.
    fn hand_over(&mut self, pick: &Pick, text: &Text) {
        self.state.by_hand = true;
        self.state.stage = Stage::Watching;
        let line = pick.text();
        self.draft.asks.push(NewAsk {
            tag: "by_hand".to_owned(),
            kind: AskKind::Approve,
            title: Text::new("有票，要你自己下单", "free, to be ordered by hand"),
            body: Text::new(
                format!("{}。12306 要人来完成（{}）。打开 12306 App 或 {BY_HAND_LINK} 下单；买好了点「是」，daiban 去核对", line.zh, text.zh),
                format!("{}. 12306 wants a person here ({}). Order in the 12306 app or at {BY_HAND_LINK}; say yes once it is done and daiban looks", line.en, text.en),
            ),
            told: None,
            picture: None,
            deadline: Some(later(self.now, 1800)),
        });
    }

    /// The owner says it was ordered by hand; the service's list knows.
    pub(super) fn done_by_hand(&mut self, answer: &Answer) {
        if *answer == Answer::Approved && !self.state.checking {
            self.state.checking = true;
            self.look("by_hand", json!({ "do": "unfinished" }));
        }
    }

    pub(super) fn ask_to_take(&mut self, offer: &Offer<'_>) {
        let pick = self.pick(offer);
        let line = pick.text();
        let price = offer
            .seat
            .price_fen
            .map(|fen| super::words::yuan(i64::from(fen)));
        let price = price.unwrap_or_else(|| "?".to_owned());
        self.draft.asks.push(NewAsk {
            tag: "take".to_owned(),
            kind: AskKind::Approve,
            title: Text::new("有票，要不要？", "a ticket is free; take it?"),
            body: Text::new(
                format!("{}，每张 {price}。点「是」就下单，可能已被别人买走；5 分钟不回答就先不要", line.zh),
                format!("{}, {price} each. Yes orders it, unless it is gone by then; no answer in 5 minutes means no", line.en),
            ),
            told: None,
            picture: None,
            deadline: Some(later(self.now, TAKE_S)),
        });
        self.state.stage = Stage::Taking { pick: pick.clone() };
        self.wait_for_word(&pick);
    }

    pub(super) fn wait_for_word(&mut self, pick: &Pick) {
        let line = pick.text();
        self.wake_at(later(self.now, TAKE_S + 60));
        self.rest(
            Phase::NeedsYou,
            "asking",
            Text::new(
                format!("等你点头：{}", line.zh),
                format!("waiting for your word: {}", line.en),
            ),
        );
    }

    /// The owner's word on a ticket that was free. It is ordered from the next look, which has a fresh key.
    pub(super) fn word_given(&mut self, wanted: bool) {
        let Stage::Taking { pick } = self.state.stage.clone() else {
            return;
        };
        self.state.stage = Stage::Watching;
        if wanted {
            self.state.taking = Some(pick);
        } else {
            self.leave_alone(&pick, UNWANTED_S);
        }
    }
}

impl Pick {
    /// Whether the offer is the very thing.
    pub(super) fn is_of(&self, offer: &Offer<'_>) -> bool {
        let train = &offer.row.train;
        self.date == offer.date
            && self.seat == offer.seat.code
            && self.train_no == train.train_no
            && self.from.code == train.from.code
            && self.to.code == train.to.code
    }
}

/// The service's own words, if it gave some, tell how long to leave it alone. Without any it simply did not come through.
fn said_against(text: &Text) -> ServiceError {
    if *text == nowhere() {
        return ServiceError::Unreachable { text: text.clone() };
    }
    text_means(&text.zh)
}

/// The first so many; where a child would go without an adult, the first adult goes in place of the last.
fn party(people: &[Person], count: usize) -> Vec<OrderPassenger> {
    let mut chosen: Vec<&Person> = people.iter().take(count).collect();
    let is_child = |person: &&Person| person.ticket == TicketKind::Child;
    if !chosen.is_empty()
        && chosen.iter().all(is_child)
        && let Some(adult) = people.iter().find(|person| !is_child(person))
    {
        chosen.pop();
        chosen.insert(0, adult);
    }
    chosen.into_iter().map(Person::passenger).collect()
}
