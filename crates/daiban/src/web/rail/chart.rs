//! When there were tickets: the fact `availability` as a picture drawn on the server, and the same as a table.
//!
//! A point says what was left from that moment on. What could not be seen is a gap and never a zero.

use daiban_core::{Lang, Text, Timestamp, dates};
use serde::Deserialize;

use super::{
    super::words::{self, m},
    words as say,
};

/// Where the plot lies in a picture of 344 by 150.
const LEFT: i64 = 30;
const RIGHT: i64 = 332;
const TOP: i64 = 22;
const FLOOR: i64 = 112;
/// Counts stay below this line where 有 (21 or more) reaches the top.
const COUNTS_TOP: i64 = 40;
/// Narrower bars could not be seen.
const BAR: i64 = 3;
/// So much of the past is drawn.
const DRAWN_S: i64 = 24 * 3600;
/// So many changes are listed.
const LISTED: usize = 30;

/// The fact as it is published.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Availability {
    points: Vec<Point>,
    shut: Vec<Span>,
    missed: Vec<Missed>,
}

#[derive(Debug, Clone, Deserialize)]
struct Point {
    #[serde(with = "dates::rfc3339")]
    at: Timestamp,
    left: Option<i64>,
    #[serde(default)]
    or_more: bool,
}

#[derive(Debug, Deserialize)]
struct Span {
    #[serde(with = "dates::rfc3339")]
    from: Timestamp,
    #[serde(with = "dates::rfc3339")]
    to: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Missed {
    #[serde(with = "dates::rfc3339")]
    at: Timestamp,
    text: Text,
}

/// The picture and its table.
pub(in crate::web) struct Chart {
    pub(in crate::web) title: String,
    /// What the picture shows, in words.
    pub(in crate::web) said: String,
    pub(in crate::web) shut: Vec<Shut>,
    pub(in crate::web) bars: Vec<Bar>,
    /// Stretches that could not be seen: from and to.
    pub(in crate::web) gaps: Vec<(i64, i64)>,
    /// Height and label of the lines.
    pub(in crate::web) grid: Vec<(i64, String)>,
    /// Place and label of the times.
    pub(in crate::web) ticks: Vec<(i64, String)>,
    /// What the right end is called.
    pub(in crate::web) end: String,
    /// Where a ticket was seen and not got.
    pub(in crate::web) cuts: Vec<i64>,
    /// Newest first.
    pub(in crate::web) rows: Vec<Row>,
    pub(in crate::web) missed: Vec<(String, String)>,
}

/// Hours of closing.
pub(in crate::web) struct Shut {
    pub(in crate::web) x: i64,
    pub(in crate::web) width: i64,
    /// Where there is room for the words.
    pub(in crate::web) label_x: Option<i64>,
}

/// A while with tickets.
pub(in crate::web) struct Bar {
    pub(in crate::web) x: i64,
    pub(in crate::web) y: i64,
    pub(in crate::web) width: i64,
    pub(in crate::web) height: i64,
}

/// A line of the table.
pub(in crate::web) struct Row {
    pub(in crate::web) at: String,
    pub(in crate::web) left: String,
    pub(in crate::web) lasted: String,
}

/// Until when something is known, and until when it is drawn.
pub(super) struct End {
    pub(super) known: Timestamp,
    pub(super) drawn: Timestamp,
    /// Whether the right end is this moment.
    pub(super) is_now: bool,
}

/// A stretch with one value.
struct Stretch {
    from: Timestamp,
    to: Timestamp,
    left: Option<i64>,
    or_more: bool,
}

impl Stretch {
    fn is_free(&self) -> bool {
        self.left.is_some_and(|left| left > 0)
    }
}

/// The scale from moments and counts to places.
struct Scale {
    start_s: i64,
    span_s: i64,
    most: i64,
    plenty: bool,
}

impl Scale {
    fn x(&self, at: Timestamp) -> i64 {
        let gone = (at.as_second() - self.start_s).clamp(0, self.span_s);
        LEFT + gone * (RIGHT - LEFT) / self.span_s
    }

    fn y(&self, left: i64, or_more: bool) -> i64 {
        if or_more {
            return TOP;
        }
        let top = if self.plenty { COUNTS_TOP } else { TOP };
        FLOOR - left.clamp(0, self.most) * (FLOOR - top) / self.most
    }
}

/// Draws it; `None` when nothing has been seen at all.
pub(super) fn draw(
    availability: &Availability,
    end: &End,
    lang: Lang,
    now: Timestamp,
) -> Option<Chart> {
    let stretches = stretches(availability, end);
    let first = stretches.first()?.from;
    let start_s = first.as_second().max(end.drawn.as_second() - DRAWN_S);
    let span_s = (end.drawn.as_second() - start_s).max(60);
    let drawn: Vec<&Stretch> = stretches
        .iter()
        .filter(|stretch| stretch.to.as_second() > start_s)
        .collect();
    let counted = drawn.iter().filter(|stretch| !stretch.or_more);
    let scale = Scale {
        start_s: end.drawn.as_second() - span_s,
        span_s,
        most: counted.filter_map(|one| one.left).max().unwrap_or(0).max(2),
        plenty: drawn.iter().any(|stretch| stretch.or_more),
    };
    let cuts = availability.missed.iter().map(|missed| missed.at);
    Some(Chart {
        title: title(first, start_s, lang, now),
        said: in_words(&drawn, lang, now),
        shut: shut(availability, &scale),
        bars: drawn.iter().filter_map(|one| bar(one, &scale)).collect(),
        gaps: gaps(&drawn, &scale),
        grid: grid(&scale, lang),
        ticks: ticks(&scale),
        end: if end.is_now {
            m(lang, "rail-now").to_owned()
        } else {
            say::clock(end.drawn)
        },
        cuts: cuts
            .filter(|at| at.as_second() >= start_s && *at <= end.drawn)
            .map(|at| scale.x(at))
            .collect(),
        rows: rows(&stretches, lang, now),
        missed: availability
            .missed
            .iter()
            .rev()
            .take(LISTED)
            .map(|missed| {
                let at = words::moment_exact(lang, missed.at, now);
                (at, missed.text.in_lang(lang).to_owned())
            })
            .collect(),
    })
}

/// Each point lasts to the next; the last as far as something is known, and from there nothing is.
fn stretches(availability: &Availability, end: &End) -> Vec<Stretch> {
    let mut points = availability.points.clone();
    points.sort_by_key(|point| point.at);
    let mut stretches: Vec<Stretch> = Vec::new();
    for (at, point) in points.iter().enumerate() {
        let known = end.known.max(point.at);
        let to = points.get(at + 1).map_or(known, |next| next.at);
        stretches.push(Stretch {
            from: point.at,
            to,
            left: point.left,
            or_more: point.or_more && point.left.is_some(),
        });
    }
    let seen_to = stretches.last().map(|last| last.to);
    if let Some(from) = seen_to.filter(|to| *to < end.drawn) {
        stretches.push(Stretch {
            from,
            to: end.drawn,
            left: None,
            or_more: false,
        });
    }
    stretches
}

fn title(first: Timestamp, start_s: i64, lang: Lang, now: Timestamp) -> String {
    if first.as_second() < start_s {
        return m(lang, "rail-tickets-left-in-the-last").to_owned();
    }
    let since = words::moment(lang, first, now);
    match lang {
        Lang::Zh => format!("{since} 起的余票"),
        Lang::En => format!("tickets left since {since}"),
    }
}

fn in_words(drawn: &[&Stretch], lang: Lang, now: Timestamp) -> String {
    let mut times = 0;
    let mut was_free = false;
    for stretch in drawn {
        times += usize::from(stretch.is_free() && !was_free);
        was_free = stretch.is_free();
    }
    let last = drawn.iter().rev().find(|stretch| stretch.is_free());
    let most = drawn
        .iter()
        .filter_map(|stretch| Some((stretch.or_more, stretch.left?)))
        .max();
    let (Some(last), Some((or_more, most))) = (last, most) else {
        return m(lang, "rail-no-ticket-in-this-time").to_owned();
    };
    let most = count(lang, most, or_more);
    let at = words::moment(lang, last.from, now);
    match lang {
        Lang::Zh => format!("出现过 {times} 次，最多时{most}，最近一次 {at}。"),
        Lang::En => format!("Seen {times} times, {most} at most, last {at}."),
    }
}

fn count(lang: Lang, left: i64, or_more: bool) -> String {
    match (or_more, lang) {
        (true, Lang::Zh) => "有 21 张以上".to_owned(),
        (true, Lang::En) => "21 or more".to_owned(),
        (false, Lang::Zh) => format!(" {left} 张"),
        (false, Lang::En) => left.to_string(),
    }
}

fn shut(availability: &Availability, scale: &Scale) -> Vec<Shut> {
    let spans = availability.shut.iter().map(|span| {
        let (x, to) = (scale.x(span.from), scale.x(span.to));
        let width = to - x;
        Shut {
            x,
            width,
            label_x: (width >= 52).then_some(x + width / 2),
        }
    });
    spans.filter(|shut| shut.width > 0).collect()
}

fn bar(stretch: &Stretch, scale: &Scale) -> Option<Bar> {
    let left = stretch.left.filter(|left| *left > 0)?;
    let x = scale.x(stretch.from);
    let y = scale.y(left, stretch.or_more);
    let width = (scale.x(stretch.to) - x).max(BAR);
    Some(Bar {
        x: x.min(RIGHT - width),
        y,
        width,
        height: FLOOR - y,
    })
}

fn gaps(drawn: &[&Stretch], scale: &Scale) -> Vec<(i64, i64)> {
    let blind = drawn.iter().filter(|stretch| stretch.left.is_none());
    let spans = blind.map(|stretch| (scale.x(stretch.from), scale.x(stretch.to)));
    spans.filter(|(from, to)| to > from).collect()
}

fn grid(scale: &Scale, lang: Lang) -> Vec<(i64, String)> {
    let step = (scale.most + 2) / 3;
    let counts = (1..=3).map(|line| line * step);
    let mut grid: Vec<(i64, String)> = counts
        .filter(|left| *left <= scale.most)
        .map(|left| (scale.y(left, false), left.to_string()))
        .collect();
    if scale.plenty {
        grid.push((TOP, m(lang, "rail-21").to_owned()));
    }
    grid
}

/// Five times on the clock at most, away from both ends.
fn ticks(scale: &Scale) -> Vec<(i64, String)> {
    const MINUTES: [i64; 11] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360];
    let fits = |minutes: &&i64| scale.span_s / (**minutes * 60) <= 5;
    let step_s = MINUTES.iter().find(fits).unwrap_or(&360) * 60;
    // Beijing is eight hours ahead of the seconds' own day.
    let offset = 8 * 3600;
    let first = (scale.start_s + offset).div_euclid(step_s) * step_s - offset;
    let moments = (0..=6).map(|step| first + step * step_s);
    moments
        .filter_map(|second| Timestamp::from_second(second).ok())
        .filter(|at| at.as_second() >= scale.start_s)
        .map(|at| (scale.x(at), say::clock(at)))
        .filter(|(x, _)| (LEFT..=RIGHT - 44).contains(x))
        .collect()
}

fn rows(stretches: &[Stretch], lang: Lang, now: Timestamp) -> Vec<Row> {
    let newest = stretches.iter().rev().take(LISTED);
    newest
        .map(|stretch| Row {
            at: words::moment_exact(lang, stretch.from, now),
            left: match stretch.left {
                None => m(lang, "rail-not-seen").to_owned(),
                Some(_) if stretch.or_more => m(lang, "rail-21-or-more").to_owned(),
                Some(0) => m(lang, "rail-none").to_owned(),
                Some(left) => say::count_of(lang, left),
            },
            lasted: say::seconds(lang, stretch.to.as_second() - stretch.from.as_second()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::{Value, json};

    use super::*;

    fn at(clock: &str) -> Timestamp {
        format!("2026-11-22T{clock}+08:00").parse().unwrap()
    }

    fn point(clock: &str, left: Option<i64>, or_more: bool) -> Value {
        json!({ "at": format!("2026-11-22T{clock}+08:00"), "left": left, "or_more": or_more })
    }

    fn chart(points: &[Value], known: &str) -> Option<Chart> {
        let fact = json!({ "points": points, "shut": [], "missed": [] });
        let availability = serde_json::from_value(fact).unwrap();
        let end = End {
            known: at(known),
            drawn: at("14:00:00"),
            is_now: true,
        };
        draw(&availability, &end, Lang::Zh, at("14:00:00"))
    }

    #[test]
    fn nothing_seen_is_no_picture() {
        assert!(chart(&[], "14:00:00").is_none());
    }

    #[test]
    fn a_gap_is_not_a_zero() {
        let points = [
            point("12:00:00", Some(0), false),
            point("12:30:00", None, false),
            point("13:00:00", Some(2), false),
            point("13:30:00", Some(0), false),
        ];
        let chart = chart(&points, "14:00:00").unwrap();
        assert_eq!((chart.bars.len(), chart.gaps.len()), (1, 1));
        let (from, to) = chart.gaps[0];
        assert!(from < to && to == chart.bars[0].x, "{from} {to}");
        assert_eq!(chart.said, "出现过 1 次，最多时 2 张，最近一次 13:00。");
        let left: Vec<&str> = chart.rows.iter().map(|row| row.left.as_str()).collect();
        assert_eq!(left, ["无", "2 张", "没看到", "无"]);
        assert_eq!(chart.rows[1].lasted, "30 分");
    }

    #[test]
    fn plenty_stands_above_every_count() {
        let points = [
            point("12:00:00", Some(20), false),
            point("13:00:00", Some(21), true),
        ];
        let chart = chart(&points, "14:00:00").unwrap();
        assert!(chart.bars[1].y < chart.bars[0].y);
        assert_eq!(chart.grid.last().unwrap(), &(TOP, "有".to_owned()));
        assert!(chart.said.contains("21 张以上"), "{}", chart.said);
    }

    #[test]
    fn what_was_not_looked_at_since_is_unknown() {
        let points = [point("12:00:00", Some(3), false)];
        let chart = chart(&points, "13:00:00").unwrap();
        assert_eq!(chart.gaps.len(), 1);
        assert_eq!(chart.rows[0].left, "没看到");
        assert_eq!(chart.rows[1].lasted, "1 小时 0 分");
    }

    #[test]
    fn a_moment_is_wide_enough_to_be_seen_and_stays_inside() {
        let points = [
            point("08:00:00", Some(0), false),
            point("13:59:58", Some(1), false),
        ];
        let chart = chart(&points, "14:00:00").unwrap();
        let bar = &chart.bars[0];
        assert_eq!(bar.width, BAR);
        assert!(bar.x + bar.width <= RIGHT);
    }

    #[test]
    fn times_below_are_few_and_round() {
        for (since, expected) in [
            (
                "13:50:00",
                vec!["13:50", "13:52", "13:54", "13:56", "13:58"],
            ),
            ("11:00:00", vec!["11:00", "12:00", "13:00"]),
            ("00:30:00", vec!["03:00", "06:00", "09:00", "12:00"]),
        ] {
            let chart = chart(&[point(since, Some(0), false)], "14:00:00").unwrap();
            let ticks: Vec<&str> = chart.ticks.iter().map(|(_, at)| at.as_str()).collect();
            assert_eq!(ticks, expected, "{since}");
            assert!(chart.ticks.len() <= 6);
        }
    }

    #[test]
    fn points_beyond_a_day_are_listed_and_not_drawn() {
        let fact = json!({ "points": [
            { "at": "2026-11-20T08:00:00+08:00", "left": 5, "or_more": false },
            { "at": "2026-11-20T08:01:00+08:00", "left": 0, "or_more": false },
        ] });
        let availability = serde_json::from_value(fact).unwrap();
        let end = End {
            known: at("14:00:00"),
            drawn: at("14:00:00"),
            is_now: true,
        };
        let chart = draw(&availability, &end, Lang::En, at("14:00:00")).unwrap();
        assert!(chart.bars.is_empty());
        assert_eq!(chart.rows.len(), 2);
        assert_eq!(chart.said, "No ticket in this time.");
    }
}
