//! Fourteen days of a car as pictures drawn on the server, each the same in words and as a table: fuel, charge, the 12 V
//! battery, consumption as lines. Kilometres by day are in `days`.
//!
//! Between readings that are far apart nothing is known, so no line is drawn there.

use daiban_core::{Lang, Timestamp, dates};
use jiff::{Span, civil::Date};

use super::{
    super::words::{self, m, t},
    days,
};
use crate::{app::CarReading, say};

/// So many days are drawn, the last of them today.
pub(super) const DAYS: u16 = 14;

/// Where the plot lies in a picture of 344 by 140.
pub(super) const LEFT: i64 = 38;
pub(super) const RIGHT: i64 = 332;
const TOP: i64 = 20;
pub(super) const FLOOR: i64 = 112;
/// Readings further apart than this are not joined.
const FAR_S: i64 = 26 * 3600;
/// Points closer than this are drawn as one.
const BUCKET: i64 = 2;
/// A tank that gained so many litres was filled.
const FILLED_L: f64 = 4.0;
/// Fewer kilometres say nothing about consumption.
const TELLING_KM: f64 = 50.0;

/// One picture with its table.
pub(in crate::web) struct Chart {
    pub(in crate::web) id: &'static str,
    pub(in crate::web) title: String,
    pub(in crate::web) said: String,
    /// Corners of lines, for `points`.
    pub(in crate::web) lines: Vec<String>,
    /// Readings that stand alone.
    pub(in crate::web) dots: Vec<(i64, i64)>,
    pub(in crate::web) bars: Vec<Bar>,
    /// Days of which nothing can be told: from and to.
    pub(in crate::web) blind: Vec<(i64, i64)>,
    /// Height and label.
    pub(in crate::web) grid: Vec<(i64, String)>,
    /// Place and label.
    pub(in crate::web) ticks: Vec<(i64, String)>,
    /// The last value: place, height, words.
    pub(in crate::web) last: Option<(i64, i64, String)>,
    /// Whether some of the line is missing.
    pub(in crate::web) gaps: bool,
    pub(in crate::web) head: &'static str,
    /// Newest first.
    pub(in crate::web) rows: Vec<(String, String)>,
}

/// One day's kilometres.
pub(in crate::web) struct Bar {
    pub(in crate::web) x: i64,
    pub(in crate::web) y: i64,
    pub(in crate::web) width: i64,
    pub(in crate::web) height: i64,
}

/// What a line is about.
struct Kind {
    id: &'static str,
    title: (&'static str, &'static str),
    unit: &'static str,
    digits: usize,
    of: fn(&CarReading) -> Option<f64>,
    /// Whether the scale begins at nothing; else around what was read.
    from_zero: bool,
    /// The scale is no narrower than this.
    least: f64,
}

const FUEL: Kind = Kind {
    id: "fuel",
    title: ("14 天油量", "fuel, 14 days"),
    unit: "L",
    digits: 0,
    of: |reading| reading.fuel_l,
    from_zero: true,
    least: 20.0,
};

const KINDS: [Kind; 3] = [
    Kind {
        id: "soc",
        title: ("14 天电量", "charge, 14 days"),
        unit: "%",
        digits: 0,
        of: |reading| reading.soc_pct,
        from_zero: true,
        least: 100.0,
    },
    Kind {
        id: "volts",
        title: ("14 天小电瓶电压", "12 V battery, 14 days"),
        unit: "V",
        digits: 1,
        of: |reading| reading.battery_12v_v,
        from_zero: false,
        least: 2.0,
    },
    Kind {
        id: "use",
        title: ("14 天平均油耗", "consumption, 14 days"),
        unit: "L/100 km",
        digits: 1,
        of: |reading| reading.consumption_l_100km,
        from_zero: false,
        least: 2.0,
    },
];

/// The scale from moments and values to places.
pub(super) struct Scale {
    start_s: i64,
    span_s: i64,
    low: f64,
    pub(super) high: f64,
}

impl Scale {
    pub(super) fn new(now: Timestamp, low: f64, high: f64) -> Self {
        let start_s = first_day(now).map_or(now, dates::midnight).as_second();
        Self {
            start_s,
            span_s: (now.as_second() - start_s).max(1),
            low,
            high: high.max(low + 0.1),
        }
    }

    fn x(&self, at: Timestamp) -> i64 {
        let gone = (at.as_second() - self.start_s).clamp(0, self.span_s);
        LEFT + gone * (RIGHT - LEFT) / self.span_s
    }

    pub(super) fn y(&self, value: f64) -> i64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "between the lines of a picture"
        )]
        let above = (share * 92.0).round() as i64;
        FLOOR - above * (FLOOR - TOP) / 92
    }
}

pub(super) fn first_day(now: Timestamp) -> Option<Date> {
    let back = Span::new().days(i64::from(DAYS) - 1);
    dates::today(now).checked_sub(back).ok()
}

/// All pictures there is something to draw in, from readings of one car, oldest first.
pub(super) fn draw(readings: &[CarReading], lang: Lang, now: Timestamp) -> Vec<Chart> {
    let mut charts: Vec<Chart> = line(&FUEL, readings, lang, now).into_iter().collect();
    if let Some(fuel) = charts.first_mut() {
        fuel.said = format!("{}{}", fuel.said, filled(readings, lang));
    }
    charts.extend(days::draw(readings, lang, now));
    charts.extend(
        KINDS
            .iter()
            .filter_map(|kind| line(kind, readings, lang, now)),
    );
    charts
}

fn line(kind: &Kind, readings: &[CarReading], lang: Lang, now: Timestamp) -> Option<Chart> {
    let known = readings
        .iter()
        .filter_map(|one| Some((one.at, (kind.of)(one)?)));
    let known: Vec<(Timestamp, f64)> = known.collect();
    let (last_at, last) = *known.last()?;
    let values = known.iter().map(|(_, value)| *value);
    let (least, most) = values.fold((f64::MAX, f64::MIN), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    let (low, high) = range(kind, least, most);
    let scale = Scale::new(now, low, high);
    let stretches = stretches(kind, readings);
    let said_of = |value: f64| say::measure(Some(value), kind.digits, kind.unit, lang);
    Some(Chart {
        id: kind.id,
        title: t(lang, kind.title.0, kind.title.1).to_owned(),
        said: in_words((least, most, last), last_at, &said_of, (lang, now)),
        lines: stretches
            .iter()
            .filter(|one| one.len() > 1)
            .map(|one| points(one, &scale))
            .collect(),
        dots: lone(&stretches, &scale),
        bars: Vec::new(),
        blind: Vec::new(),
        grid: grid(low, high, &scale, kind.digits),
        ticks: ticks(&scale, lang, now),
        last: Some((scale.x(last_at), scale.y(last), said_of(last))),
        gaps: stretches.len() > 1,
        head: m(lang, "vehicle-last-of-the-day"),
        rows: daily(&known, &said_of, lang),
    })
}

fn range(kind: &Kind, least: f64, most: f64) -> (f64, f64) {
    if kind.from_zero {
        return (0.0, most.max(kind.least));
    }
    let missing = ((kind.least - (most - least)) / 2.0).max(0.0);
    ((least - missing).max(0.0).floor(), (most + missing).ceil())
}

/// Readings that follow each other closely enough; one without the value ends a stretch.
fn stretches(kind: &Kind, readings: &[CarReading]) -> Vec<Vec<(Timestamp, f64)>> {
    let mut stretches: Vec<Vec<(Timestamp, f64)>> = Vec::new();
    let mut joins = false;
    for one in readings {
        let Some(value) = (kind.of)(one) else {
            joins = false;
            continue;
        };
        let near = |last: &Vec<(Timestamp, f64)>| {
            let gone = last
                .last()
                .map(|(at, _)| one.at.as_second() - at.as_second());
            gone.is_some_and(|gone| gone <= FAR_S)
        };
        match stretches.last_mut().filter(|last| joins && near(last)) {
            Some(last) => last.push((one.at, value)),
            None => stretches.push(vec![(one.at, value)]),
        }
        joins = true;
    }
    stretches
}

/// Of points that would fall on each other the first, the outermost and the last are kept.
fn points(stretch: &[(Timestamp, f64)], scale: &Scale) -> String {
    let mut corners: Vec<(i64, i64)> = Vec::new();
    let placed: Vec<(i64, i64)> = stretch
        .iter()
        .map(|(at, value)| (scale.x(*at), scale.y(*value)))
        .collect();
    for bucket in placed.chunk_by(|one, other| one.0 / BUCKET == other.0 / BUCKET) {
        let outermost = [
            bucket.first(),
            bucket.iter().min_by_key(|point| point.1),
            bucket.iter().max_by_key(|point| point.1),
            bucket.last(),
        ];
        for point in outermost.into_iter().flatten() {
            if corners.last() != Some(point) {
                corners.push(*point);
            }
        }
    }
    let corners: Vec<String> = corners.iter().map(|(x, y)| format!("{x},{y}")).collect();
    corners.join(" ")
}

fn lone(stretches: &[Vec<(Timestamp, f64)>], scale: &Scale) -> Vec<(i64, i64)> {
    let lone = stretches.iter().filter(|one| one.len() == 1).flatten();
    lone.map(|(at, value)| (scale.x(*at), scale.y(*value)))
        .collect()
}

pub(super) fn grid(low: f64, high: f64, scale: &Scale, digits: usize) -> Vec<(i64, String)> {
    const STEPS: [f64; 10] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
    let fits = |step: &&f64| (high - low) / **step <= 4.0;
    let step = STEPS.iter().find(fits).copied().unwrap_or(1000.0);
    let digits = if step < 1.0 { digits.max(1) } else { 0 };
    let first = (low / step).floor() as i64;
    let lines = (first..=first + 6).map(|number| number as f64 * step);
    lines
        .filter(|value| *value > low && *value <= high)
        .map(|value| (scale.y(value), format!("{value:.digits$}")))
        .collect()
}

/// The first day, the middle and today.
fn ticks(scale: &Scale, lang: Lang, now: Timestamp) -> Vec<(i64, String)> {
    let day = |back: i64| dates::today(now).checked_sub(Span::new().days(back)).ok();
    let days = [i64::from(DAYS) - 1, 9, 5].into_iter().filter_map(day);
    let days = days.map(|day| (scale.x(dates::midnight(day)), short(day, lang)));
    days.chain([(RIGHT, m(lang, "shell-today-2").to_owned())])
        .collect()
}

pub(super) fn short(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日", day.month(), day.day()),
        Lang::En => {
            let said = words::day(lang, day);
            said.split_once(' ')
                .map_or(said.clone(), |(_, rest)| rest.to_owned())
        }
    }
}

fn in_words(
    (least, most, last): (f64, f64, f64),
    last_at: Timestamp,
    said_of: &dyn Fn(f64) -> String,
    (lang, now): (Lang, Timestamp),
) -> String {
    let ago = words::ago(lang, last_at, now);
    match lang {
        Lang::Zh => format!(
            "{} 到 {} 之间，最近 {}（{ago}）。",
            said_of(least),
            said_of(most),
            said_of(last)
        ),
        Lang::En => format!(
            "Between {} and {}, {} at last ({ago}).",
            said_of(least),
            said_of(most),
            said_of(last)
        ),
    }
}

/// The last value of each day, newest first.
fn daily(
    known: &[(Timestamp, f64)],
    said_of: &dyn Fn(f64) -> String,
    lang: Lang,
) -> Vec<(String, String)> {
    let days = known.chunk_by(|one, other| dates::today(one.0) == dates::today(other.0));
    let last = days.filter_map(|day| day.last());
    let rows = last.map(|(at, value)| (words::day(lang, dates::today(*at)), said_of(*value)));
    let mut rows: Vec<(String, String)> = rows.collect();
    rows.reverse();
    rows
}

/// How often it was filled, and what it used on the way.
fn filled(readings: &[CarReading], lang: Lang) -> String {
    let known: Vec<f64> = readings.iter().filter_map(|one| one.fuel_l).collect();
    let gains = known.windows(2).filter_map(|pair| match pair {
        [before, after] if after - before >= FILLED_L => Some(after - before),
        _ => None,
    });
    let (times, gained) = gains.fold((0, 0.0), |(times, sum), gain| (times + 1, sum + gain));
    let mut said = match (times, lang) {
        (0, _) => String::new(),
        (_, Lang::Zh) => format!("加过 {times} 次油。"),
        (_, Lang::En) => format!(" Filled {times} times."),
    };
    let odometer: Vec<f64> = readings.iter().filter_map(|one| one.odometer_km).collect();
    let km = odometer
        .last()
        .zip(odometer.first())
        .map(|(last, first)| last - first);
    let used = known
        .first()
        .zip(known.last())
        .map(|(first, last)| first - last + gained);
    if let (Some(km), Some(used)) = (km, used)
        && km >= TELLING_KM
        && used > 0.0
    {
        let per = used / km * 100.0;
        said.push_str(&match lang {
            Lang::Zh => format!("开了 {km:.0} km，按油位算百公里约 {per:.1} L。"),
            Lang::En => format!(" {km:.0} km, about {per:.1} L/100 km by the tank."),
        });
    }
    said
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T14:10:00+08:00".parse().unwrap()
    }

    fn one(at: &str, fuel: Option<f64>, odometer: Option<f64>) -> CarReading {
        CarReading {
            at: format!("2026-11-{at}:00+08:00").parse().unwrap(),
            car: Some("0001".to_owned()),
            fuel_l: fuel,
            range_km: None,
            odometer_km: odometer,
            battery_12v_v: None,
            soc_pct: None,
            consumption_l_100km: None,
            engine: None,
            locked: None,
        }
    }

    fn chart(readings: &[CarReading], id: &str) -> Option<Chart> {
        draw(readings, Lang::Zh, now())
            .into_iter()
            .find(|chart| chart.id == id)
    }

    #[test]
    fn nothing_read_is_no_picture() {
        assert!(draw(&[], Lang::Zh, now()).is_empty());
        assert!(chart(&[one("20T08:00", None, Some(1.0))], "fuel").is_none());
        assert!(chart(&[one("20T08:00", None, Some(1.0))], "km").is_none());
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let readings = [
            one("12T08:00", Some(40.0), None),
            one("12T18:00", Some(38.0), None),
            // Three days later: nobody knows what was between.
            one("15T18:00", Some(30.0), None),
            one("15T20:00", Some(29.0), None),
            // A report without the value.
            one("16T08:00", None, None),
            one("16T09:00", Some(28.0), None),
        ];
        let fuel = chart(&readings, "fuel").unwrap();
        assert_eq!((fuel.lines.len(), fuel.dots.len()), (2, 1));
        assert!(fuel.gaps);
        assert_eq!(fuel.rows[0].1, "28 L");
        assert_eq!(fuel.rows.len(), 3);
    }

    #[test]
    fn consumption_by_the_tank_counts_what_was_filled() {
        let readings = [
            one("18T08:00", Some(40.0), Some(1000.0)),
            one("19T08:00", Some(20.0), Some(1200.0)),
            one("19T12:00", Some(50.0), Some(1200.0)),
            one("20T08:00", Some(46.0), Some(1300.0)),
        ];
        let fuel = chart(&readings, "fuel").unwrap();
        assert!(fuel.said.contains("加过 1 次油"), "{}", fuel.said);
        assert!(
            fuel.said.contains("开了 300 km，按油位算百公里约 8.0 L"),
            "{}",
            fuel.said
        );
    }

    #[test]
    fn thousands_of_readings_stay_a_small_picture_inside_its_frame() {
        let start = now().as_second() - 14 * 86_400;
        let readings: Vec<CarReading> = (0..4_000)
            .map(|number| {
                let at = Timestamp::from_second(start + number * 300).unwrap();
                let fuel = Some(30.0 + (number % 7) as f64);
                CarReading {
                    at,
                    ..one("12T08:00", fuel, None)
                }
            })
            .collect();
        let fuel = chart(&readings, "fuel").unwrap();
        let corners: Vec<&str> = fuel.lines[0].split(' ').collect();
        assert!(corners.len() < 700, "{}", corners.len());
        for corner in corners {
            let (x, y) = corner.split_once(',').unwrap();
            assert!((LEFT..=RIGHT).contains(&x.parse().unwrap()), "{corner}");
            assert!((TOP..=FLOOR).contains(&y.parse().unwrap()), "{corner}");
        }
    }
}
