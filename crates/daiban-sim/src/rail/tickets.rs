//! What a left-ticket row says of a train.
//!
//! A row has 58 fields as in 2025–2026 answers. Field 39 (`yp_info_new`) is made first and the
//! cells from the same numbers, so the two always agree, as they do in recorded answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::Question;
use super::orders::stock;
use super::secret::{self, Trip, lines};
use super::standby;
use super::trains::{DAY, Seat, Train, hh_mm};
use crate::answer::Answer;
use crate::clock;
use crate::world::World;

/// Without-seat is told apart from its base class by this much on the count.
const STANDING: u32 = 3000;
/// "21 or more".
const MANY: u32 = 21;

/// One train between two of its stops on one day.
#[derive(Clone)]
pub(super) struct Ride<'a> {
    pub(super) train: &'a Train,
    /// Positions among the train's stops.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Day of boarding.
    pub(super) date: Date,
    /// Minutes since midnight of the day the train leaves its first station.
    pub(super) depart: i64,
    pub(super) arrive: i64,
    /// Share of the whole run, in thousandths, for the price.
    share: i64,
}

impl<'a> Ride<'a> {
    pub(super) fn new(train: &'a Train, from: usize, to: usize, date: Date) -> Self {
        let times = train.times();
        let whole = times
            .last()
            .map_or(1, |end| end.arrive - times[0].depart)
            .max(1);
        let (depart, arrive) = (times[from].depart, times[to].arrive);
        Self {
            train,
            from,
            to,
            date,
            depart,
            arrive,
            share: (arrive - depart) * 1000 / whole,
        }
    }

    /// The ride a row was about, as long as the train runs so.
    pub(super) fn of(world: &'a World, trip: &Trip) -> Option<Self> {
        let mut trains = world.rail.trains.iter();
        let train = trains.find(|train| train.train_no == trip.train_no)?;
        let position = |code: &str| train.stops.iter().position(|stop| stop.station == code);
        let (from, to) = (position(&trip.from)?, position(&trip.to)?);
        (from < to).then(|| Self::new(train, from, to, trip.date))
    }

    pub(super) fn trip(&self) -> Trip {
        Trip {
            train_no: self.train.train_no.clone(),
            date: self.date,
            from: self.boards_at().into(),
            to: self.alights_at().into(),
        }
    }

    /// Telecodes of its two ends.
    pub(super) fn boards_at(&self) -> &'a str {
        &self.train.stops[self.from].station
    }

    pub(super) fn alights_at(&self) -> &'a str {
        &self.train.stops[self.to].station
    }

    pub(super) fn minutes(&self) -> i64 {
        self.arrive - self.depart
    }

    /// When it leaves the boarding station, ms.
    pub(super) fn leaves_ms(&self) -> i64 {
        clock::start_of(self.date) + self.depart % DAY * 60_000
    }

    /// When it is at the station one alights at, ms.
    pub(super) fn arrives_ms(&self) -> i64 {
        self.leaves_ms() + self.minutes() * 60_000
    }

    /// Price in 0.1 yuan, to the half yuan as on paper.
    pub(super) fn price(&self, seat: &Seat) -> u32 {
        let exact = i64::from(seat.price) * self.share / 1000;
        ((exact + 2) / 5 * 5).clamp(5, 99_995) as u32
    }

    /// Field 12, which the order page hands on as `leftTicketStr`.
    pub(super) fn left_ticket(&self) -> String {
        opaque(
            &format!("{}{}{}", self.train.train_no, self.date, self.from),
            3,
        )
    }

    /// Field 53: for each berth the seat code, 1 lower 2 middle 3 upper, and the price.
    pub(super) fn berths(&self) -> String {
        let seats = self.train.seats.iter();
        seats.map(|seat| berths(self, seat)).collect()
    }
}

pub(crate) fn answer(world: &World, question: &Question) -> Answer {
    let mut rides: Vec<Ride> = world
        .rail
        .trains
        .iter()
        .flat_map(|train| rides(world, train, question))
        .collect();
    rides.sort_by_key(|ride| (ride.depart % DAY, ride.train.code.clone()));
    let rows: Vec<String> = rides.iter().map(|ride| row(world, ride)).collect();
    Answer::json(&json!({
        "httpstatus": 200,
        "data": {"result": rows, "flag": "1", "level": "0", "sametlc": "N", "map": map(world, &rides)},
        "messages": "", "status": true,
    }))
}

/// Every pair of stops of the train that lies in the two cities; trains that have left are not shown.
fn rides<'a>(world: &World, train: &'a Train, question: &Question) -> Vec<Ride<'a>> {
    let stations = &world.rail.stations;
    let mut rides = Vec::new();
    for from in (0..train.stops.len())
        .filter(|at| stations.same_city(&train.stops[*at].station, &question.from))
    {
        for to in (from + 1..train.stops.len())
            .filter(|at| stations.same_city(&train.stops[*at].station, &question.to))
        {
            let ride = Ride::new(train, from, to, question.date);
            if ride.leaves_ms() > world.now {
                rides.push(ride);
            }
        }
    }
    rides
}

fn map(world: &World, rides: &[Ride]) -> Map<String, Value> {
    let codes = rides.iter().flat_map(|ride| {
        [
            &ride.train.stops[ride.from].station,
            &ride.train.stops[ride.to].station,
        ]
    });
    codes
        .filter_map(|code| world.rail.stations.by_telecode(code))
        .map(|station| (station.telecode.clone(), json!(station.name)))
        .collect()
}

pub(crate) enum Sale {
    Suspended,
    /// Not yet; the button says when.
    From(String),
    Open,
}

/// First the moment at which sale begins, `yyyyMMddHHmm`, then what that means now.
pub(crate) fn sale(world: &World, ride: &Ride) -> (String, Sale) {
    let time = ride
        .train
        .on_sale
        .clone()
        .unwrap_or_else(|| usual_sale_time(&ride.train.stops[ride.from].station));
    let (hour, minute) = time.split_at(time.len().min(2));
    let minutes = hour.parse::<i64>().unwrap_or(0) * 60 + minute.parse::<i64>().unwrap_or(0);
    let begins = clock::start_of(clock::plus_days(ride.date, 1 - world.options.presale_days))
        + minutes * 60_000;
    let state = if ride.train.suspended_on.contains(&ride.date) {
        Sale::Suspended
    } else if world.now < begins {
        Sale::From(format!("{hour}点{minute}分起售"))
    } else {
        Sale::Open
    };
    (clock::digits(begins)[..12].into(), state)
}

/// Half hours between 08:00 and 18:00, always the same for a station. The real table has 21 such
/// values too; which station has which is invented here.
pub(crate) fn usual_sale_time(telecode: &str) -> String {
    let slot = telecode
        .bytes()
        .fold(0u32, |sum, byte| sum * 31 + u32::from(byte))
        % 21;
    format!("{:02}{:02}", 8 + slot / 2, slot % 2 * 30)
}

pub(crate) fn row(world: &World, ride: &Ride) -> String {
    let train = ride.train;
    let (on_sale_at, sale) = sale(world, ride);
    let mut field = vec![String::new(); 58];
    let mut set = |at: usize, value: &str| field[at] = value.into();
    let origin_day = clock::plus_days(ride.date, -(ride.depart / DAY));
    set(2, &train.train_no);
    set(3, &train.code);
    set(4, &train.stops[0].station);
    set(5, &train.stops[train.stops.len() - 1].station);
    set(6, &train.stops[ride.from].station);
    set(7, &train.stops[ride.to].station);
    set(13, &origin_day.strftime("%Y%m%d").to_string());
    set(14, "3");
    set(15, "P3");
    set(16, &format!("{:02}", ride.from + 1));
    set(17, &format!("{:02}", ride.to + 1));
    set(36, "0");
    set(37, "0");
    if let Sale::Suspended = sale {
        for (at, value) in [
            (1, "列车停运"),
            (8, "24:00"),
            (9, "24:00"),
            (10, "99:59"),
            (11, "IS_TIME_NOT_BUY"),
            (18, "0"),
            (19, "1"),
        ] {
            set(at, value);
        }
        return field.join("|");
    }
    set(8, &hh_mm(ride.depart));
    set(9, &hh_mm(ride.arrive));
    let length = ride.arrive - ride.depart;
    set(10, &format!("{:02}:{:02}", length / 60, length % 60));
    for (at, value) in [
        (18, "1"),
        (19, "0"),
        (40, "0"),
        (45, "1"),
        (46, "0#1#0#0#z#0#z#z"),
        (49, "CHN,CHN"),
        (52, "N#N#"),
        (56, "Y"),
    ] {
        set(at, value);
    }
    let (standby, shut) = standby::marks(world, &train.code);
    set(37, standby);
    set(38, shut);
    let codes: String = train
        .seats
        .iter()
        .map(|seat| shown_code(train, seat))
        .collect();
    set(
        34,
        &train
            .seats
            .iter()
            .map(|seat| format!("{}0", seat.code))
            .collect::<String>(),
    );
    set(35, &codes);
    set(55, &on_sale_at);
    match sale {
        Sale::From(text) => {
            set(1, &text);
            set(11, "IS_TIME_NOT_BUY");
            train
                .seats
                .iter()
                .filter_map(|seat| column(seat.code))
                .for_each(|at| set(at, "*"));
        }
        _ => {
            let counted: Vec<(&Seat, u32)> = train
                .seats
                .iter()
                .map(|seat| (seat, stock::shown(world, train, seat, ride.date)))
                .collect();
            let any = counted.iter().any(|(_, left)| *left > 0);
            set(0, &secret::of(&ride.trip(), world.now));
            set(1, "预订");
            set(11, if any { "Y" } else { "N" });
            set(12, &ride.left_ticket());
            set(
                39,
                &counted
                    .iter()
                    .map(|(seat, left)| unit(ride, seat, *left))
                    .collect::<String>(),
            );
            set(53, &ride.berths());
            for (seat, left) in counted {
                column(seat.code)
                    .into_iter()
                    .for_each(|at| set(at, &cell(left)));
            }
        }
    }
    field.join("|")
}

fn shown_code(train: &Train, seat: &Seat) -> char {
    if seat.code == 'W' {
        train.standing_base()
    } else {
        seat.code
    }
}

/// Seat code, price in five digits, count in four; without seat has 3000 on its count.
fn unit(ride: &Ride, seat: &Seat, left: u32) -> String {
    let count = if seat.code == 'W' {
        STANDING + left.min(999)
    } else {
        left.min(MANY)
    };
    format!(
        "{}{:05}{count:04}",
        shown_code(ride.train, seat),
        ride.price(seat)
    )
}

/// Berth prices: upper, (middle,) lower; the upper one is the class's price.
fn berths(ride: &Ride, seat: &Seat) -> String {
    let price = ride.price(seat);
    let levels: &[(u32, u32)] = match seat.code {
        '3' | 'J' => &[(3, 0), (2, 35), (1, 70)],
        '4' | 'I' => &[(3, 0), (1, 70)],
        _ => &[],
    };
    levels
        .iter()
        .map(|(berth, more)| format!("{}{berth}{:05}", seat.code, price + more))
        .collect()
}

fn cell(left: u32) -> String {
    match left {
        0 => "无".into(),
        few if few < MANY => few.to_string(),
        _ => "有".into(),
    }
}

fn column(code: char) -> Option<usize> {
    Some(match code {
        'D' => 20,
        '6' | 'A' => 21,
        'H' => 22,
        '4' | 'I' => 23,
        '2' => 24,
        'P' => 25,
        'W' => 26,
        '3' | 'J' => 28,
        '1' => 29,
        'O' => 30,
        'M' => 31,
        '9' => 32,
        'F' => 33,
        _ => return None,
    })
}

/// Bytes that tell a client nothing: `blocks` MD5 sums over what they stand for.
fn opaque(text: &str, blocks: usize) -> String {
    let bytes: Vec<u8> = (0..blocks)
        .flat_map(|block| Md5::digest(format!("{block}{text}")).to_vec())
        .collect();
    utf8_percent_encode(&lines(&STANDARD.encode(bytes)), NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_follow_the_border_of_twenty() {
        assert_eq!(
            ["无", "1", "20", "有"],
            [cell(0), cell(1), cell(20), cell(21)]
                .map(String::from)
                .each_ref()
                .map(String::as_str)
        );
    }
}
