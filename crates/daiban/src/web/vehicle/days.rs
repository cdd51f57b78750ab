//! Kilometres of each day as bars. A day whose kilometres cannot be told is dashed and not zero.

use daiban_core::{Lang, Timestamp, dates};
use jiff::{Span, civil::Date};

use super::{
    super::words::{self, m},
    chart::{Bar, Chart, DAYS, FLOOR, LEFT, RIGHT, Scale, first_day, grid, short},
};
use crate::{app::CarReading, say};

/// Kilometres of one day, as far as they can be told.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Day {
    date: Date,
    km: Option<f64>,
}

pub(super) fn draw(readings: &[CarReading], lang: Lang, now: Timestamp) -> Option<Chart> {
    let (days, loose) = kilometres(readings, now)?;
    let most = days.iter().filter_map(|day| day.km).fold(0.0, f64::max);
    let scale = Scale::new(now, 0.0, most.max(10.0));
    let wide = (RIGHT - LEFT) / i64::from(DAYS);
    let (mut bars, mut blind) = (Vec::new(), Vec::new());
    for (day, number) in days.iter().zip(0..) {
        let x = LEFT + number * wide;
        match day.km {
            Some(km) if km > 0.0 => {
                let y = scale.y(km).min(FLOOR - 1);
                bars.push(Bar {
                    x: x + 2,
                    y,
                    width: wide - 4,
                    height: FLOOR - y,
                });
            }
            Some(_) => {}
            None => blind.push((x + 2, x + wide - 2)),
        }
    }
    let said_of = |km: f64| say::measure(Some(km), 0, "km", lang);
    let row = |day: &Day| {
        let km = day
            .km
            .map_or_else(|| say::unknown(lang).to_owned(), said_of);
        (words::day(lang, day.date), km)
    };
    let label = |number: usize| {
        let day = days.get(number)?;
        let number = i64::try_from(number).unwrap_or(0);
        Some((LEFT + number * wide + wide / 2, short(day.date, lang)))
    };
    Some(Chart {
        id: "km",
        title: m(lang, "vehicle-kilometres-by-day-14-days").to_owned(),
        said: day_words(&days, loose, lang),
        lines: Vec::new(),
        dots: Vec::new(),
        bars,
        gaps: !blind.is_empty(),
        blind,
        grid: grid(0.0, scale.high, &scale, 0),
        ticks: [0, 4, 8, 12].into_iter().filter_map(label).collect(),
        last: None,
        head: m(lang, "vehicle-distance"),
        rows: days.iter().rev().map(row).collect(),
    })
}

/// Days, and the kilometres that were driven on days that cannot be told apart.
fn kilometres(readings: &[CarReading], now: Timestamp) -> Option<(Vec<Day>, f64)> {
    let known: Vec<(Date, f64)> = readings
        .iter()
        .filter_map(|one| Some((dates::today(one.at), one.odometer_km?)))
        .collect();
    if known.len() < 2 {
        return None;
    }
    let first = first_day(now)?;
    let dates =
        (0..i64::from(DAYS)).filter_map(|ahead| first.checked_add(Span::new().days(ahead)).ok());
    let mut days: Vec<Day> = dates.map(|date| Day { date, km: None }).collect();
    let mut loose = 0.0;
    for pair in known.windows(2) {
        let [(before, from), (date, to)] = pair else {
            continue;
        };
        // An odometer that went back was read wrongly once.
        let driven = (to - from).max(0.0);
        let apart = (*date - *before).get_days();
        let between = days
            .iter_mut()
            .filter(|day| day.date > *before && day.date < *date);
        match (apart, driven > 0.5) {
            (0 | 1, _) => {}
            (_, true) => loose += driven,
            (_, false) => between.for_each(|day| day.km = Some(0.0)),
        }
        if let Some(day) = days.iter_mut().find(|day| day.date == *date) {
            let placed = if apart <= 1 { driven } else { 0.0 };
            day.km = Some(day.km.unwrap_or(0.0) + placed);
        }
    }
    Some((days, loose))
}

fn day_words(days: &[Day], loose: f64, lang: Lang) -> String {
    let km: f64 = days.iter().filter_map(|day| day.km).sum();
    let most = days.iter().filter(|day| day.km > Some(0.0));
    let most = most.max_by(|one, other| one.km.unwrap_or(0.0).total_cmp(&other.km.unwrap_or(0.0)));
    let mut said = match (most, lang) {
        (Some(most), Lang::Zh) => format!(
            "看得到的日子共 {km:.0} km，最多是 {}，{:.0} km。",
            short(most.date, lang),
            most.km.unwrap_or(0.0)
        ),
        (Some(most), Lang::En) => format!(
            "{km:.0} km on days that were seen, most on {}: {:.0} km.",
            short(most.date, lang),
            most.km.unwrap_or(0.0)
        ),
        (None, _) => m(lang, "vehicle-not-driven-on-days-that").to_owned(),
    };
    if loose > 0.5 {
        said.push_str(&match lang {
            Lang::Zh => format!("另有 {loose:.0} km 分不清是哪天开的。"),
            Lang::En => format!(" {loose:.0} km more on days that cannot be told apart."),
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

    #[test]
    fn kilometres_are_of_the_day_they_were_driven_or_of_none() {
        let readings = [
            one("18T08:00", None, Some(100.0)),
            one("18T19:00", None, Some(140.0)),
            one("19T09:00", None, Some(160.0)),
            // Parked over the twentieth, as the odometer shows.
            one("21T09:00", None, Some(160.2)),
            one("21T18:00", None, Some(190.0)),
        ];
        let (days, loose) = kilometres(&readings, now()).unwrap();
        let km: Vec<Option<f64>> = days.iter().rev().take(5).map(|day| day.km).collect();
        let rounded: Vec<Option<f64>> = km.iter().map(|km| km.map(f64::round)).collect();
        assert_eq!(
            rounded,
            [None, Some(30.0), Some(0.0), Some(20.0), Some(40.0)]
        );
        assert!(loose < 0.01);
        let readings = [
            one("18T08:00", None, Some(100.0)),
            one("21T09:00", None, Some(300.0)),
            one("21T18:00", None, Some(310.0)),
        ];
        let (days, loose) = kilometres(&readings, now()).unwrap();
        let km: Vec<Option<f64>> = days.iter().rev().take(4).map(|day| day.km).collect();
        assert_eq!(km, [None, Some(10.0), None, None]);
        assert!((loose - 200.0).abs() < 0.01);
        let drawn = draw(&readings, Lang::Zh, now()).unwrap();
        assert_eq!((drawn.bars.len(), drawn.blind.len()), (1, 13));
        assert!(drawn.said.contains("200 km 分不清"), "{}", drawn.said);
    }
}
