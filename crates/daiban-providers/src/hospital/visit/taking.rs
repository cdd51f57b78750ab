//! What to do when a place fits: book it, ask its owner, or tell them.

use daiban_core::{
    Text,
    ask::{AskKind, NewAsk},
    dates,
    errand::Phase,
    notice::Severity,
};

use super::choose::Choice;
use super::setback::set_aside;
use super::wishes::Then;
use super::words::line;
use super::{Pick, Round, Stage, Wanted};
use crate::words::later;

/// What is older is not booked from.
const FRESH_S: i64 = 45;
/// An owner who is asked first has so long.
const TAKE_S: i64 = 300;
/// After a yes the next look comes within so long.
const LOOK_AGAIN_S: i64 = 150;
/// What an owner did not want, or did not answer about, is left alone so long.
const UNWANTED_S: i64 = 6 * 3600;

impl Round<'_> {
    /// Takes the best that fits, if anything does. Whether the stage changed.
    pub(super) fn consider(&mut self, choices: &[Choice<'_>]) -> bool {
        let fresh = later(self.now, -FRESH_S);
        let fitting: Vec<&Choice<'_>> = choices
            .iter()
            .filter(|choice| choice.fits() && choice.seen_at >= fresh)
            .collect();
        if let Some(wanted) = self.state.wanted.clone() {
            return self.take_wanted(&wanted, &fitting);
        }
        let Some(best) = fitting.first() else {
            return false;
        };
        if self.pass.wishes.then == Then::Notify {
            self.tell(best, fitting.len());
            return false;
        }
        if let Some(why) = self.why_not_now() {
            self.lose(best, &why);
            return false;
        }
        match self.pass.wishes.then {
            Then::Ask => self.ask_to_take(best),
            _ => self.book(best),
        }
        true
    }

    /// The owner said yes; it is booked if a look since then shows it still there.
    fn take_wanted(&mut self, wanted: &Wanted, fitting: &[&Choice<'_>]) -> bool {
        if let Some(choice) = fitting.iter().find(|choice| choice.name() == wanted.name) {
            self.state.wanted = None;
            self.book(choice);
            return true;
        }
        if self.now >= later(wanted.since, LOOK_AGAIN_S) {
            self.state.wanted = None;
            self.draft
                .say("你点头时已经没有了", "gone by the time you said yes");
        }
        false
    }

    fn why_not_now(&self) -> Option<Text> {
        if self.is_signed_out() {
            return Some(Text::new(
                "登录失效，约不了",
                "not signed in, nothing can be booked",
            ));
        }
        if self.state.patient.is_none() {
            return Some(Text::new(
                "还没查到就诊人，约不了",
                "the patient is not known yet, nothing can be booked",
            ));
        }
        self.state.hold.holds(self.now).then(|| {
            let until = dates::spoken(self.state.hold.until, self.now);
            Text::new(
                format!("刚有一次没约成，{} 前不再约", until.zh),
                format!("a booking came to nothing; none before {}", until.en),
            )
        })
    }

    /// A place fitted, but nothing can be booked just now.
    fn lose(&mut self, best: &Choice<'_>, why: &Text) {
        self.miss_choice(best, why);
        self.draft.said.push(why.clone());
        if !self.is_signed_out() {
            // What is still there after the hold is news again.
            return self.state.looked.clear();
        }
        let line = line(best);
        self.notice(
            &format!("missed/{}", self.now.as_second() / 3600),
            Severity::Urgent,
            Text::new(format!("有号但约不了：{line}"), format!("a place, but not booked: {line}")),
            Text::new(
                "114 登录失效。现在到 daiban 的账号页登录，还来得及就会马上约",
                "the 114 sign-in is lost; sign in on daiban's account page and it is booked if still there",
            ),
        );
    }

    fn tell(&mut self, best: &Choice<'_>, fitting: usize) {
        let name = best.name();
        let line = line(best);
        let (hospital, department) = self.state.names_of(best.department);
        set_aside(&mut self.state.set_aside, name, self.now, UNWANTED_S);
        self.state.told_times += 1;
        let more = match fitting {
            1 => Text::default(),
            more => Text::new(
                format!("，另有 {} 个", more - 1),
                format!(", and {} more", more - 1),
            ),
        };
        self.notice(
            &format!("free/{}", self.now.as_second()),
            Severity::Urgent,
            Text::new(
                format!("有号：{department} {line}"),
                format!("a place: {department} {line}"),
            ),
            Text::new(
                format!(
                    "{hospital} {department} {line}{}。请马上到 114 官方渠道自己约",
                    more.zh
                ),
                format!(
                    "{hospital} {department} {line}{}. Book it in 114's official channel now",
                    more.en
                ),
            ),
        );
        self.draft.say(
            format!("有号，已通知：{line}"),
            format!("a place, told: {line}"),
        );
    }

    pub(super) fn pick(&self, choice: &Choice<'_>) -> Pick {
        let (hospital_name, department_name) = self.state.names_of(choice.department);
        Pick {
            department: choice.department.clone(),
            hospital_name,
            department_name,
            date: choice.date,
            half_day: choice.slot.half_day,
            period: choice
                .period
                .map(|period| format!("{}-{}", period.from, period.to)),
            doctor: choice.slot.doctor.clone(),
            title: choice.slot.title.clone(),
            name: choice.name(),
        }
    }

    fn ask_to_take(&mut self, choice: &Choice<'_>) {
        let pick = self.pick(choice);
        let line = pick.text();
        self.draft.asks.push(NewAsk {
            tag: "take".to_owned(),
            kind: AskKind::Approve,
            title: Text::new("有号，要不要？", "a place is free; take it?"),
            body: Text::new(
                format!(
                    "{}。点「是」就去约，可能已被别人约走；5 分钟不回答就先不要",
                    line.zh
                ),
                format!(
                    "{}. Yes books it, unless it is gone by then; no answer in 5 minutes means no",
                    line.en
                ),
            ),
            told: None,
            picture: None,
            deadline: Some(later(self.now, TAKE_S)),
        });
        self.state.stage = Stage::Taking { pick };
    }

    pub(super) fn wait_for_word(&mut self, pick: &Pick) {
        let line = pick.text();
        self.draft.wake_at(later(self.now, TAKE_S + 60));
        self.draft.rest(
            Phase::NeedsYou,
            "asking",
            Text::new(
                format!("等你点头：{}", line.zh),
                format!("waiting for your word: {}", line.en),
            ),
        );
    }

    /// The owner's word on a place that fitted. It is booked from the next look, which has a fresh key.
    pub(super) fn word_given(&mut self, wanted: bool) {
        let Stage::Taking { pick } = self.state.stage.clone() else {
            return;
        };
        self.state.stage = Stage::Watching;
        self.state.looked.clear();
        match wanted {
            true => {
                self.state.wanted = Some(Wanted {
                    name: pick.name,
                    since: self.now,
                });
            }
            false => set_aside(&mut self.state.set_aside, pick.name, self.now, UNWANTED_S),
        }
    }
}
