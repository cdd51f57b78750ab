//! When places of a department appeared: through the day, and in the minutes around the release. Two pictures drawn on the
//! server, the same in words and as a table.
//!
//! Only what daiban looked at can be in it, and few sightings are no pattern; both are said.

use std::collections::BTreeSet;

use daiban_core::{Lang, Timestamp, dates};
use jiff::civil::Time;

use super::{
    super::words::{self, m},
    words as say,
};
use crate::app::{Appearances, Appeared, By};

/// Where the plot lies in a picture of 344 by 130.
const LEFT: i64 = 26;
const RIGHT: i64 = 338;
const TOP: i64 = 14;
const FLOOR: i64 = 102;
/// Fewer than so many are no pattern.
const FEW: usize = 10;
/// Nor are those of fewer days.
const FEW_DAYS: usize = 3;
/// Minutes around the release that are drawn: from here, so many.
const FIRST_MINUTE: i64 = -2;
const MINUTES: i64 = 13;
/// So many sightings are listed.
const LISTED: usize = 12;

/// Both pictures with their words.
pub(in crate::web) struct Pattern {
    /// Tells several of a page apart.
    pub(in crate::web) id: String,
    pub(in crate::web) said: String,
    /// Why it says little.
    pub(in crate::web) doubt: Option<String>,
    pub(in crate::web) hours: Bars,
    pub(in crate::web) minutes: Option<Bars>,
    /// Newest first: when, what, why.
    pub(in crate::web) rows: Vec<(String, String, &'static str)>,
    /// Class and word of what is drawn.
    pub(in crate::web) legend: Vec<(&'static str, &'static str)>,
}

/// One picture of bars.
pub(in crate::web) struct Bars {
    pub(in crate::web) title: String,
    pub(in crate::web) bars: Vec<Bar>,
    /// Height and label of the lines.
    pub(in crate::web) grid: Vec<(i64, String)>,
    /// Place and label below.
    pub(in crate::web) ticks: Vec<(i64, String)>,
    /// Where the release is.
    pub(in crate::web) mark: Option<i64>,
}

/// One bar; bars of one place stand on each other.
pub(in crate::web) struct Bar {
    pub(in crate::web) class: &'static str,
    pub(in crate::web) x: i64,
    pub(in crate::web) y: i64,
    pub(in crate::web) width: i64,
    pub(in crate::web) height: i64,
}

/// In the order in which they are piled up.
const KINDS: [By; 3] = [By::Release, By::Cancellation, By::Unknown];

/// Draws it; `None` when nothing was ever seen to appear.
pub(in crate::web) fn draw(
    id: &str,
    known: &Appearances,
    lang: Lang,
    now: Timestamp,
) -> Option<Pattern> {
    let seen = &known.seen;
    seen.first()?;
    let days: BTreeSet<_> = seen.iter().map(|one| dates::today(one.at)).collect();
    let offsets = offsets(known);
    let said = in_words(
        seen,
        days.len(),
        known.releases_at.zip(offsets.as_deref()),
        lang,
    );
    let is_few = seen.len() < FEW || days.len() < FEW_DAYS;
    let kinds = KINDS
        .into_iter()
        .filter(|by| seen.iter().any(|one| one.by == *by));
    Some(Pattern {
        id: id.to_owned(),
        said,
        doubt: is_few.then(|| few(seen.len(), days.len(), lang)),
        hours: hours(seen, lang),
        minutes: known
            .releases_at
            .zip(offsets)
            .and_then(|(at, offsets)| minutes(at, &offsets, lang)),
        rows: rows(seen, lang, now),
        legend: kinds.map(|by| (class(by), word(by, lang))).collect(),
    })
}

fn class(by: By) -> &'static str {
    match by {
        By::Release => "p-release",
        By::Cancellation => "p-back",
        By::Unknown => "p-unknown",
    }
}

fn word(by: By, lang: Lang) -> &'static str {
    match by {
        By::Release => m(lang, "hospital-release"),
        By::Cancellation => m(lang, "hospital-given-back"),
        By::Unknown => m(lang, "hospital-not-known"),
    }
}

/// Minutes after the hour of release at which released places were seen; below zero: before it.
fn offsets(known: &Appearances) -> Option<Vec<i64>> {
    let release = known.releases_at?;
    let released = known.seen.iter().filter(|one| one.by == By::Release);
    let mut offsets: Vec<i64> = released.map(|one| minute_after(release, one.at)).collect();
    offsets.sort_unstable();
    (!offsets.is_empty()).then_some(offsets)
}

fn minute_after(release: Time, at: Timestamp) -> i64 {
    let second_of = |time: Time| {
        let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
        minutes * 60 + i64::from(time.second())
    };
    (second_of(dates::beijing(at).time()) - second_of(release)).div_euclid(60)
}

fn in_words(seen: &[Appeared], days: usize, release: Option<(Time, &[i64])>, lang: Lang) -> String {
    let of = |by: By| seen.iter().filter(move |one| one.by == by);
    let total = match lang {
        Lang::Zh => format!("{}里看到出号 {} 次", say::days(lang, days), seen.len()),
        Lang::En => format!("{} times in {}", seen.len(), say::days(lang, days)),
    };
    let mut said = vec![total];
    let released = of(By::Release).count();
    if released > 0 {
        let when = release.map(|(at, offsets)| around(at, offsets, lang));
        said.push(counted(By::Release, released, when, lang));
    }
    let back: Vec<&Appeared> = of(By::Cancellation).collect();
    if !back.is_empty() {
        let busy = busiest_hour(&back).map(|hour| match lang {
            Lang::Zh => format!("{hour} 点最多"),
            Lang::En => format!("most at {hour}:00"),
        });
        said.push(counted(By::Cancellation, back.len(), busy, lang));
    }
    let rest = of(By::Unknown).count();
    said.extend((rest > 0).then(|| counted(By::Unknown, rest, None, lang)));
    format!(
        "{}{}",
        said.join(m(lang, "shell-mark-semicolon")),
        m(lang, "shell-mark-stop")
    )
}

fn counted(by: By, count: usize, when: Option<String>, lang: Lang) -> String {
    let word = word(by, lang);
    match (lang, when) {
        (Lang::Zh, Some(when)) => format!("{word} {count} 次，{when}"),
        (Lang::Zh, None) => format!("{word} {count} 次"),
        (Lang::En, Some(when)) => format!("{word} {count}, {when}"),
        (Lang::En, None) => format!("{word} {count}"),
    }
}

/// Where the middle half lies.
fn around(release: Time, offsets: &[i64], lang: Lang) -> String {
    let last = offsets.len() - 1;
    let (from, to) = (offsets[last / 4], offsets[last - last / 4]);
    let at = format!("{:02}:{:02}", release.hour(), release.minute());
    match (lang, from, to) {
        (Lang::Zh, 0, 0) => format!("多在 {at} 起一分钟内"),
        (Lang::Zh, 0.., _) => format!("多在 {at} 后 {from}–{} 分钟", to + 1),
        (Lang::Zh, ..) => format!("多在 {at} 前 {} 到后 {} 分钟", -from, (to + 1).max(0)),
        (Lang::En, 0, 0) => format!("mostly within a minute of {at}"),
        (Lang::En, 0.., _) => format!("mostly {from}–{} min after {at}", to + 1),
        (Lang::En, ..) => format!(
            "mostly {} min before to {} after {at}",
            -from,
            (to + 1).max(0)
        ),
    }
}

/// The hour with most of them, if one has more than one.
fn busiest_hour(seen: &[&Appeared]) -> Option<i8> {
    let count = |hour: i8| seen.iter().filter(|one| hour_of(one) == hour).count();
    // Of several the earliest.
    let busiest = (0..24_i8).rev().max_by_key(|hour| count(*hour))?;
    (count(busiest) > 1).then_some(busiest)
}

fn hour_of(one: &Appeared) -> i8 {
    dates::beijing(one.at).hour()
}

fn few(count: usize, days: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("只有 {days} 天、{count} 次，还看不出规律。"),
        Lang::En => format!("Only {count} in {}: no pattern yet.", say::days(lang, days)),
    }
}

fn hours(seen: &[Appeared], lang: Lang) -> Bars {
    let width = (RIGHT - LEFT) / 24;
    let piles = (0..24_i8).map(|hour| {
        let of = |by: By| {
            let here = seen
                .iter()
                .filter(|one| one.by == by && hour_of(one) == hour);
            here.count()
        };
        KINDS.map(of)
    });
    let piles: Vec<[usize; 3]> = piles.collect();
    let ticks = [0, 6, 12, 18, 24].map(|hour| (LEFT + hour * width, format!("{hour}:00")));
    Bars {
        title: m(lang, "hospital-by-hour-of-the-day").to_owned(),
        ticks: ticks.to_vec(),
        mark: None,
        ..piled(&piles, width)
    }
}

fn minutes(release: Time, offsets: &[i64], lang: Lang) -> Option<Bars> {
    let width = (RIGHT - LEFT) / MINUTES;
    let here = |minute: i64| offsets.iter().filter(|offset| **offset == minute).count();
    let shown = FIRST_MINUTE..FIRST_MINUTE + MINUTES;
    let piles: Vec<[usize; 3]> = shown.map(|minute| [here(minute), 0, 0]).collect();
    let drawn: usize = piles.iter().map(|pile| pile[0]).sum();
    let place = |minute: i64| LEFT + (minute - FIRST_MINUTE) * width;
    let at = format!("{:02}:{:02}", release.hour(), release.minute());
    let after = |minute: i64| (place(minute), format!("+{minute}"));
    (drawn > 0).then(|| Bars {
        title: match lang {
            Lang::Zh => format!("放号点 {at} 前后，每分钟"),
            Lang::En => format!("around {at}, minute by minute"),
        },
        ticks: vec![(place(0), at), after(5), after(10)],
        mark: Some(place(0)),
        ..piled(&piles, width)
    })
}

/// Bars on each other, with lines for the counts.
fn piled(piles: &[[usize; 3]], width: i64) -> Bars {
    let height = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let most = piles.iter().map(|pile| height(pile.iter().sum())).max();
    let most = most.unwrap_or(0).max(2);
    let scaled = |count: i64| count * (FLOOR - TOP) / most;
    let mut bars = Vec::new();
    for (pile, at) in piles.iter().zip(0..) {
        let mut below = 0;
        for (by, count) in KINDS.into_iter().zip(pile) {
            let top = below + height(*count);
            let y = FLOOR - scaled(top);
            bars.extend((*count > 0).then(|| Bar {
                class: class(by),
                x: LEFT + at * width + 1,
                y,
                width: width - 2,
                height: FLOOR - scaled(below) - y,
            }));
            below = top;
        }
    }
    let step = (most + 2) / 3;
    let lines = (1..=3)
        .map(|line| line * step)
        .filter(|count| *count <= most);
    Bars {
        title: String::new(),
        bars,
        grid: lines
            .map(|count| (FLOOR - scaled(count), count.to_string()))
            .collect(),
        ticks: Vec::new(),
        mark: None,
    }
}

fn rows(seen: &[Appeared], lang: Lang, now: Timestamp) -> Vec<(String, String, &'static str)> {
    let newest = seen.iter().rev().take(LISTED);
    newest
        .map(|one| {
            let half = one
                .half_day
                .map(|half| say::half_day(lang, half).to_owned());
            let what = [half, one.doctor.clone(), one.title.clone()];
            let what: Vec<String> = what.into_iter().flatten().collect();
            let what = format!("{} {}", words::day(lang, one.date), what.join(" "));
            (
                words::moment_exact(lang, one.at, now),
                what,
                word(one.by, lang),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::{date, time};

    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-{text}+08:00").parse().unwrap()
    }

    fn one(moment: &str, by: By) -> Appeared {
        Appeared {
            at: at(moment),
            date: date(2026, 12, 1),
            half_day: None,
            doctor: Some("李示例".to_owned()),
            title: None,
            by,
        }
    }

    fn pattern(seen: Vec<Appeared>, releases_at: Option<Time>) -> Option<Pattern> {
        let known = Appearances { seen, releases_at };
        draw("p", &known, Lang::Zh, at("22T14:10:00"))
    }

    #[test]
    fn nothing_seen_is_no_picture_and_little_is_said_to_be_little() {
        assert!(pattern(Vec::new(), None).is_none());
        let little = pattern(vec![one("20T10:00:00", By::Cancellation)], None).unwrap();
        assert_eq!(little.said, "1 天里看到出号 1 次；退号 1 次。");
        assert!(little.doubt.unwrap().contains("看不出规律"));
        assert!(little.minutes.is_none(), "the hour of release is not known");
    }

    #[test]
    fn releases_lie_around_their_minute() {
        let mut seen = Vec::new();
        for day in 16..20 {
            seen.push(one(&format!("{day}T08:30:04"), By::Release));
            seen.push(one(&format!("{day}T08:31:40"), By::Release));
            seen.push(one(&format!("{day}T15:20:00"), By::Cancellation));
        }
        seen.push(one("19T08:29:58", By::Release));
        let pattern = pattern(seen, Some(time(8, 30, 0, 0))).unwrap();
        assert_eq!(
            pattern.said,
            "4 天里看到出号 13 次；放号 9 次，多在 08:30 后 0–2 分钟；退号 4 次，15 点最多。"
        );
        assert_eq!(pattern.doubt, None);
        let minutes = pattern.minutes.unwrap();
        let (width, mark) = ((RIGHT - LEFT) / MINUTES, minutes.mark.unwrap());
        let places: Vec<i64> = minutes.bars.iter().map(|bar| bar.x - 1).collect();
        assert_eq!(places, [mark - width, mark, mark + width]);
        assert_eq!(pattern.hours.bars.len(), 2);
        assert_eq!(pattern.legend.len(), 2);
    }

    #[test]
    fn bars_of_an_hour_stand_on_each_other_and_inside() {
        let seen = vec![
            one("20T23:00:00", By::Release),
            one("20T23:10:00", By::Release),
            one("20T23:20:00", By::Cancellation),
            one("20T23:30:00", By::Unknown),
        ];
        let pattern = pattern(seen, None).unwrap();
        let bars = &pattern.hours.bars;
        assert_eq!(bars.len(), 3);
        assert_eq!(bars[0].y + bars[0].height, FLOOR);
        assert_eq!(bars[1].y + bars[1].height, bars[0].y);
        assert_eq!(bars[2].y, TOP);
        assert!(
            bars.iter()
                .all(|bar| bar.x >= LEFT && bar.x + bar.width <= RIGHT)
        );
    }
}
