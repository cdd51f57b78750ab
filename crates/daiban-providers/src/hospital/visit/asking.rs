//! What a booking needs of a person before it can go on: a yes to a change, a card number, a code from a text message.

use super::booking::DAY_S;
use super::words::confirmed;
use super::{Pick, Round, Stage};
use crate::hospital::booking::{Agreed, BookWish, Confirm};
use crate::words::later;
use daiban_core::{
    Text,
    ask::{AskKind, NewAsk},
    call::Outcome,
    errand::Phase,
};

/// A person who is asked for a yes, a code or a number has so long: the place is not held meanwhile.
const PERSON_S: i64 = 300;

impl Round<'_> {
    pub(super) fn ask_about_change(&mut self, pick: Pick, wish: BookWish, confirm: Confirm) {
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

    pub(super) fn ask_for_card(&mut self, pick: Pick, wish: BookWish, confirm: Confirm) {
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
            told: None,
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

    pub(super) fn ask_for_code(&mut self, pick: Pick, wish: BookWish, said: Option<&Text>) {
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
}
