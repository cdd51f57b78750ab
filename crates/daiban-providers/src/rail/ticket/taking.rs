//! What to do when something is free: order it, ask its owner, tell them, or wait for something better.

use daiban_core::{Text, dates, notice::Severity};
use jiff::civil::Date;

use super::choose::Offer;
use super::prefer::Axis;
use super::sale::Outlook;
use super::watching::Place;
use super::wishes::{Then, later};
use super::words::{class, clock};
use super::{Pick, Round};

/// Lookouts that were never seen are waited for so long, when one of them could hold something better.
const FIRST_ROUND_S: i64 = 15;
/// What is older is not ordered from.
const FRESH_S: i64 = 60;

impl Round<'_> {
    /// Takes the best that is free, if anything is. Whether the stage changed.
    pub(super) fn consider(
        &mut self,
        offers: &[Offer<'_>],
        places: &[Place],
        outlook: &Outlook,
    ) -> bool {
        let fresh = later(self.now, -FRESH_S);
        let free: Vec<&Offer<'_>> = offers
            .iter()
            .filter(|offer| offer.is_free() && offer.seen_at >= fresh)
            .filter(|offer| !self.state.taken_days.contains(&offer.date))
            .collect();
        let new = self.note_free(&free);
        if let Some(pick) = self.state.taking.take() {
            return self.take_word(&pick, &free);
        }
        let Some(best) = free.first() else {
            return !outlook.sprint && self.consider_standing_in_line(offers);
        };
        if self.pass.wishes.then == Then::Notify || self.state.by_hand {
            self.tell_free(&new);
            return false;
        }
        if let Some(why) = self.why_not_now() {
            self.miss(&new, &why);
            self.draft.said.push(why);
            return false;
        }
        if !outlook.sprint && self.waits_for_better(best, places) {
            return false;
        }
        match self.pass.wishes.then {
            Then::Ask => self.ask_to_take(best),
            _ => self.order(best),
        }
        true
    }

    /// The owner said yes; it is ordered if it is still there.
    fn take_word(&mut self, pick: &Pick, free: &[&Offer<'_>]) -> bool {
        if let Some(offer) = free.iter().find(|offer| pick.is_of(offer)) {
            self.order(offer);
            return true;
        }
        let line = pick.text();
        self.draft.said.push(Text::new(
            format!("你点头时已经没有了：{}", line.zh),
            format!("gone by the time you said yes: {}", line.en),
        ));
        false
    }

    /// Remembers what is free while it lasts; gives what was not free before.
    fn note_free<'o>(&mut self, free: &[&'o Offer<'o>]) -> Vec<&'o Offer<'o>> {
        let new = free
            .iter()
            .copied()
            .filter(|offer| !self.state.told.contains(&name(offer)));
        let new: Vec<_> = new.collect();
        self.state.told = free.iter().map(|offer| name(offer)).collect();
        new
    }

    fn why_not_now(&self) -> Option<Text> {
        if self.is_signed_out() {
            return Some(Text::new(
                "登录失效，下不了单",
                "not signed in, nothing can be ordered",
            ));
        }
        if self.state.people.is_none() {
            return Some(Text::new(
                "还没查到乘车人，下不了单",
                "the passengers are not known yet, nothing can be ordered",
            ));
        }
        if self.state.blocked {
            return Some(Text::new(
                "账号里有未处理的订单，下不了单",
                "an unfinished order of the account stands in the way",
            ));
        }
        self.state.hold.holds(self.now).then(|| {
            let until = dates::spoken(self.state.hold.until, self.now);
            Text::new(
                format!("刚有一单没成，{} 前不再下单", until.zh),
                format!("an order came to nothing; none before {}", until.en),
            )
        })
    }

    /// In the first round some lookouts were not seen yet; one of them may hold something the owner likes better.
    fn waits_for_better(&mut self, best: &Offer<'_>, places: &[Place]) -> bool {
        let until = self.state.first_seen.map(|at| later(at, FIRST_ROUND_S));
        let Some(until) = until.filter(|until| self.now < *until) else {
            return false;
        };
        let place = |date: Date| self.pass.wishes.dates.iter().position(|day| *day == date);
        let better = places.iter().any(|other| {
            let unseen = !self.pass.seen.contains_key(&other.key);
            unseen && (!self.by_date_first() || place(other.date) <= place(best.date))
        });
        if better {
            self.wake_at(until);
            // What is left unlooked-at counts as news once more.
            self.state.looked.clear();
        }
        better
    }

    fn by_date_first(&self) -> bool {
        let wishes = self.pass.wishes;
        let by_list = wishes.prefer.as_ref().is_some_and(|list| !list.is_empty());
        !by_list && matches!(wishes.axes(), Ok([Axis::Date, ..]))
    }

    fn tell_free(&mut self, new: &[&Offer<'_>]) {
        if new.is_empty() {
            return;
        }
        self.state.told_times += 1;
        let lines: Vec<String> = new.iter().take(5).map(|offer| line(offer)).collect();
        self.notice(
            format!("free/{}", self.now.as_second()),
            Severity::Urgent,
            Text::new(format!("有票：{}", lines[0]), format!("free: {}", lines[0])),
            Text::new(
                format!("{}。请自己到 12306 App 下单", lines.join("；")),
                format!("{}. Order it in the 12306 app", lines.join("; ")),
            ),
        );
        self.draft.said.push(Text::new(
            format!("有票，已通知：{}", lines[0]),
            format!("free, told: {}", lines[0]),
        ));
    }

    fn miss(&mut self, new: &[&Offer<'_>], why: &Text) {
        let Some(best) = new.first() else {
            return;
        };
        let line = line(best);
        let text = Text::new(format!("{line}：{}", why.zh), format!("{line}: {}", why.en));
        self.state.availability.miss(self.now, text.clone());
        self.show_availability();
        if self.is_signed_out() {
            self.notice(
                format!("missed/{}", self.now.as_second() / 3600),
                Severity::Urgent,
                Text::new(format!("有票但下不了单：{line}"), format!("free but not ordered: {line}")),
                Text::new(
                    "12306 登录失效。现在到账号页扫码，还来得及就会马上下单",
                    "the 12306 sign-in is lost; scan the code on the account page and it is ordered if still there",
                ),
            );
        }
    }
}

/// What tells one offer from another.
fn name(offer: &Offer<'_>) -> String {
    let train = &offer.row.train;
    format!(
        "{}/{}/{}-{}/{}",
        offer.date, train.train_no, train.from.code, train.to.code, offer.seat.code
    )
}

/// `12-02 G105 07:20 二等座 3 张`
fn line(offer: &Offer<'_>) -> String {
    let train = &offer.row.train;
    let depart = train.depart.map(clock).unwrap_or_default();
    let more = if offer.seat.left.or_more() { "+" } else { "" };
    let left = offer.seat.left.number().unwrap_or_default();
    format!(
        "{:02}-{:02} {} {depart} {} {left}{more}",
        offer.date.month(),
        offer.date.day(),
        train.train,
        class(offer.seat.code)
    )
}
