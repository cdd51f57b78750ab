//! Trains: their stops, times and tickets left, and the table of stops.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::world::World;

/// Minutes of a day.
pub(crate) const DAY: i64 = 1440;

/// A train that runs every day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Train {
    /// Internal number, such as `24000000G10A`.
    pub train_no: String,
    /// `G1`.
    pub code: String,
    /// In running order, at least two.
    pub stops: Vec<Stop>,
    /// Classes in the order they are told.
    pub seats: Vec<Seat>,
    /// Days of boarding on which it is suspended.
    #[serde(default)]
    pub suspended_on: Vec<Date>,
    /// Days of boarding on which counts change at set moments.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// `HHMM` at which its sale begins on the first day of presale; `None` for the boarding station's usual time.
    #[serde(default)]
    pub on_sale: Option<String>,
}

/// A stop; times are `HH:MM` by the station clock and run on over midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Telecode, such as `VNP`.
    pub station: String,
    /// `None` at the first stop.
    #[serde(default)]
    pub arrive: Option<String>,
    /// `None` at the last stop.
    #[serde(default)]
    pub depart: Option<String>,
}

/// A class of a train.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Seat code such as `O`, `M`, `9`, `1`, `3`, `4`; `W` for without seat.
    pub code: char,
    /// For the whole run, in 0.1 yuan.
    pub price: u32,
    /// Tickets left on any day, as long as no [`Change`] says otherwise.
    pub left: u32,
}

/// From a moment on, so many tickets of a class are left for a day of boarding: tickets given back,
/// or none because others took them. What accounts of this world order afterwards is counted on top.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Day of boarding.
    pub date: Date,
    /// Seat code.
    pub seat: char,
    /// From this moment, ms since the epoch.
    pub at_ms: i64,
    /// Tickets left from then on.
    pub left: u32,
}

/// Minutes since midnight of the day the train leaves its first station.
pub(crate) struct Times {
    pub(crate) arrive: i64,
    pub(crate) depart: i64,
}

impl Train {
    pub(crate) fn times(&self) -> Vec<Times> {
        let mut clock = 0;
        let mut forward = |text: Option<&String>, or: i64| match text.and_then(|text| minutes(text))
        {
            None => or.max(clock),
            Some(time) => {
                while clock % DAY > time || (clock / DAY) * DAY + time < clock {
                    clock = (clock / DAY + 1) * DAY;
                }
                clock = (clock / DAY) * DAY + time;
                clock
            }
        };
        let mut times = Vec::new();
        for stop in &self.stops {
            let arrive = forward(stop.arrive.as_ref(), 0);
            let depart = forward(stop.depart.as_ref(), arrive);
            times.push(Times { arrive, depart });
        }
        times
    }

    /// Tickets of a class that the timetable and its changes give at a moment, and since when (ms).
    pub(crate) fn planned(&self, seat: &Seat, date: Date, at_ms: i64) -> (u32, i64) {
        let changes = self.changes.iter().filter(|change| {
            change.date == date && change.seat == seat.code && change.at_ms <= at_ms
        });
        changes
            .max_by_key(|change| change.at_ms)
            .map_or((seat.left, i64::MIN), |change| (change.left, change.at_ms))
    }

    pub(crate) fn seat(&self, code: char) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.code == code)
    }

    /// High-speed trains: without seat is sold as second class, elsewhere as hard seat.
    pub(crate) fn standing_base(&self) -> char {
        if self.code.starts_with(['G', 'D', 'C']) {
            'O'
        } else {
            '1'
        }
    }
}

fn minutes(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    Some(hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?)
}

pub(crate) fn hh_mm(minutes: i64) -> String {
    format!(
        "{:02}:{:02}",
        minutes.rem_euclid(DAY) / 60,
        minutes.rem_euclid(60)
    )
}

/// Rows of queryByTrainNo; `isEnabled` marks the stops of the asked ride.
pub(crate) fn stop_rows(world: &World, train: &Train, from: &str, to: &str) -> Vec<Value> {
    let times = train.times();
    let position = |telecode: &str| train.stops.iter().position(|stop| stop.station == telecode);
    let (Some(from), Some(to)) = (position(from), position(to)) else {
        return Vec::new();
    };
    let name = |at: usize| {
        world
            .rail
            .stations
            .by_telecode(&train.stops[at].station)
            .map(|station| station.name.clone())
            .unwrap_or_default()
    };
    let last = train.stops.len() - 1;
    let mut rows = Vec::new();
    for (at, time) in times.iter().enumerate() {
        let pause = if at == 0 || at == last {
            "----".into()
        } else {
            format!("{}分钟", time.depart - time.arrive)
        };
        let mut row = json!({
            "station_no": format!("{:02}", at + 1), "station_name": name(at),
            "arrive_time": if at == 0 { "----".into() } else { hh_mm(time.arrive) },
            "start_time": hh_mm(time.depart), "stopover_time": pause, "isEnabled": (from..=to).contains(&at),
        });
        if at == 0 {
            row["start_station_name"] = json!(name(0));
            row["end_station_name"] = json!(name(last));
            row["station_train_code"] = json!(train.code);
        }
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(station: &str, arrive: Option<&str>, depart: Option<&str>) -> Stop {
        Stop {
            station: station.into(),
            arrive: arrive.map(Into::into),
            depart: depart.map(Into::into),
        }
    }

    #[test]
    fn times_run_on_over_midnight() {
        let train = Train {
            train_no: "x".into(),
            code: "Z1".into(),
            stops: vec![
                stop("BXP", None, Some("20:03")),
                stop("TYV", Some("00:28"), Some("00:34")),
                stop("YIJ", Some("23:10"), None),
            ],
            seats: Vec::new(),
            suspended_on: Vec::new(),
            changes: Vec::new(),
            on_sale: None,
        };
        let times: Vec<(i64, i64)> = train
            .times()
            .iter()
            .map(|time| (time.arrive, time.depart))
            .collect();
        assert_eq!(times, [(0, 1203), (1468, 1474), (2830, 2830)]);
    }
}
