//! Nobody can know whether it was booked: a person has to look, and nothing else is booked until then.

use daiban_core::{
    Text,
    ask::{AskKind, NewAsk},
    call::Outcome,
    dates,
    errand::Phase,
};
use serde_json::{Value, json};

use super::intake::read;
use super::{Pick, Round, Stage};
use crate::hospital::booking::Booking;
use crate::words::plus;

impl Round<'_> {
    /// Nobody can know whether it was booked. Nothing else is booked until a person has looked.
    pub(super) fn nobody_knows(&mut self, pick: Pick, text: &Text) {
        let line = pick.text();
        self.draft.asks.push(NewAsk {
            tag: "unsure".to_owned(),
            kind: AskKind::Approve,
            title: Text::new("约上了没有？", "is it booked?"),
            body: Text::new(
                format!("{}。提交后没有看到结果（{}）。请到 114 官方渠道的「我的预约」看一眼：约上了点「是」，没有点「否」，然后继续盯", line.zh, text.zh),
                format!("{}. The outcome was not seen ({}). Look at your bookings in 114's official channel: yes if it is there; no, and daiban goes on looking out", line.en, text.en),
            ),
            told: None,
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
            Outcome::Done(value) => read::<Vec<Booking>>(&value["orders"]),
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
