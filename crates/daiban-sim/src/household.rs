//! The demo household: invented people, their cars, one fine, a customer of the violation API, trains, doctors.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::hospital::{self, HouseholdHospital};
use crate::permit::{self, Outcome, PermitAccount, PermitRecord};
use crate::rail::{self, Change, RailAccount, RailPassenger, Seat, Stop, Train};
use crate::vehicle::{self, HouseholdVehicles};
use crate::violation::{self, Fine, SignMode, StoreapiCustomer};
use crate::world::{Vehicle, World};

/// How to sign in as the demo household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// `冀R0D001` healthy; `冀R0D002` with an open fine in Beijing, so that its renewal is rejected;
    /// `冀RD00003` healthy, new-energy.
    pub cars: Vec<HouseholdCar>,
    /// Customer of the violation API.
    pub appid: String,
    /// Its secret, 32 characters.
    pub secret: String,
    /// The family that travels.
    pub rail: HouseholdRail,
    /// The family that sees a doctor.
    pub hospital: HouseholdHospital,
    /// Those who drive, with a connected car each.
    pub vehicle: HouseholdVehicles,
}

/// A rail account, whom it can buy for, and two trains worth waiting for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdRail {
    /// Sign-in name.
    pub username: String,
    /// Name of the person.
    pub name: String,
    /// Password, for the demo's other way of signing in.
    pub password: String,
    /// Last four of the person's ID number.
    pub id_tail: String,
    /// Names on the list, in its order: two adults, a child, a student, and somebody with the
    /// first one's name.
    pub passengers: Vec<String>,
    /// A train whose sale begins soon.
    pub opens: HouseholdTrain,
    /// A train sold out, until tickets come back.
    pub returns: HouseholdTrain,
}

/// A train of the demo and its moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdTrain {
    /// `G9041`.
    pub code: String,
    /// Day of boarding.
    pub date: Date,
    /// Name of the boarding station.
    pub from: String,
    /// Name of the other.
    pub to: String,
    /// Seat code.
    pub seat: char,
    /// When its sale begins or its tickets come back, ms since the epoch.
    pub at_ms: i64,
}

/// One member with a permit account and a car.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdCar {
    /// Name.
    pub name: String,
    /// ID number.
    pub id_number: String,
    /// Phone.
    pub phone: String,
    /// Token of the permit service, mini-program door.
    pub token: String,
    /// Plate.
    pub plate: String,
    /// 号牌种类.
    pub plate_type: String,
    /// 19-digit vehicle id at the permit service.
    pub vehicle_id: String,
    /// Engine number.
    pub engine_number: String,
    /// Frame number.
    pub frame_number: String,
    /// Last day of the permit in effect at the beginning, `YYYY-MM-DD`.
    pub permit_last_day: String,
}

/// An ID number of nobody: an area code never given out, born 1990-01-01, with its check digit
/// (GB 11643). `serial` is taken modulo 1000.
pub fn id_number(serial: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("13999919900101{:03}", serial % 1000);
    let sum: u32 = body
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    format!("{body}{}", char::from(check))
}

const APPID: &str = "90001";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn fill(world: &mut World) -> Household {
    let cars = vec![
        member(world, 1, "张三", "冀R0D001", "02", 2),
        member(world, 2, "李四", "冀R0D002", "02", 1),
        member(world, 3, "王五", "冀RD00003", "52", 3),
    ];
    violation::add_fine(
        world,
        Fine {
            plate: "冀R0D002".into(),
            address: "朝阳区测试路".into(),
            ..Fine::default()
        },
    );
    world.violation.customers.push(StoreapiCustomer {
        appid: APPID.into(),
        secret: SECRET.into(),
        mode: SignMode::Md5,
        calls_left: 100,
    });
    timetable(world);
    Household {
        cars,
        appid: APPID.into(),
        secret: SECRET.into(),
        rail: travellers(world),
        hospital: hospital::family::fill(world),
        vehicle: vehicle::fill(world),
    }
}

fn travellers(world: &mut World) -> HouseholdRail {
    let passengers = [
        ("陈默", 11, "1"),
        ("苏晴", 12, "1"),
        ("陈小满", 13, "2"),
        ("陈远", 14, "3"),
        ("陈默", 15, "1"),
    ];
    let account = RailAccount {
        username: "chen_mo".into(),
        name: "陈默".into(),
        born: Some(Date::constant(1990, 1, 1)),
        password: "chenmo-1990".into(),
        id_tail: id_number(11)[14..].into(),
        phone: "13800000011".into(),
        passengers: passengers.map(passenger).into(),
    };
    let household = HouseholdRail {
        username: account.username.clone(),
        name: account.name.clone(),
        password: account.password.clone(),
        id_tail: account.id_tail.clone(),
        passengers: passengers.map(|(name, _, _)| name.to_owned()).into(),
        opens: opening_train(world),
        returns: returning_train(world),
    };
    rail::add_account(world, account);
    household
}

/// The child has no phone.
fn passenger((name, serial, kind): (&str, u32, &str)) -> RailPassenger {
    let phone = format!("1380000{serial:04}");
    RailPassenger {
        name: name.into(),
        id_number: id_number(serial),
        kind: kind.into(),
        phone: if kind == "2" { String::new() } else { phone },
        ..RailPassenger::default()
    }
}

/// Its sale begins at 12:30, today for the last day of presale, or tomorrow when that is over.
fn opening_train(world: &mut World) -> HouseholdTrain {
    const SALE_MS: i64 = 45_000_000;
    let today = clock::date(world.now);
    let is_over = world.now >= clock::start_of(today) + SALE_MS;
    let day = clock::plus_days(today, i64::from(is_over));
    let seats = [('9', 19_980, 6), ('M', 10_600, 18), ('O', 6_230, 60)];
    let stops = [
        ("VNP", "", "09:20"),
        ("NKH", "12:50", "12:52"),
        ("HGH", "14:05", ""),
    ];
    let mut train = train("G9041", &stops, &seats);
    train.on_sale = Some("1230".into());
    rail::add_train(world, train);
    HouseholdTrain {
        code: "G9041".into(),
        date: clock::plus_days(day, world.options.presale_days - 1),
        from: "北京南".into(),
        to: "杭州东".into(),
        seat: 'O',
        at_ms: clock::start_of(day) + SALE_MS,
    }
}

/// Sold out; three days from now two tickets for the fifth day from now come back.
fn returning_train(world: &mut World) -> HouseholdTrain {
    let today = clock::date(world.now);
    let (date, at_ms) = (clock::plus_days(today, 5), world.now + 3 * 86_400_000);
    let seats = [('9', 19_980, 0), ('M', 10_600, 0), ('O', 6_230, 0)];
    let stops = [("VNP", "", "10:15"), ("HGH", "15:02", "")];
    let mut train = train("G9043", &stops, &seats);
    train.changes.push(Change {
        date,
        seat: 'O',
        at_ms,
        left: 2,
    });
    rail::add_train(world, train);
    HouseholdTrain {
        code: "G9043".into(),
        date,
        from: "北京南".into(),
        to: "杭州东".into(),
        seat: 'O',
        at_ms,
    }
}

/// A person with a car whose outside permit ends `days` days from today.
fn member(
    world: &mut World,
    number: u32,
    name: &str,
    plate: &str,
    plate_type: &str,
    days: i64,
) -> HouseholdCar {
    let (id_number, phone) = (id_number(number), format!("1380000{number:04}"));
    let account = PermitAccount {
        name: name.into(),
        id_number: id_number.clone(),
        phone: phone.clone(),
        ..PermitAccount::default()
    };
    let token = permit::add_account(world, account);
    let (engine_number, frame_number) = (
        format!("TESTENG{number:06}"),
        format!("LTESTVIN{number:09}"),
    );
    let vehicle_id = world.add_vehicle(Vehicle {
        owner_id: id_number.clone(),
        plate: plate.into(),
        plate_type: plate_type.into(),
        engine_number: engine_number.clone(),
        frame_number: frame_number.clone(),
        ..Vehicle::default()
    });
    let last = clock::plus_days(clock::date(world.now), days);
    let first_day = clock::plus_days(last, 1 - permit::state::DAYS);
    permit::add_record(
        world,
        PermitRecord {
            plate: plate.into(),
            kind: "02".into(),
            first_day,
            applied_ms: None,
            outcome: Outcome::Approved,
        },
    );
    HouseholdCar {
        name: name.into(),
        id_number,
        phone,
        token,
        plate: plate.into(),
        plate_type: plate_type.into(),
        vehicle_id,
        engine_number,
        frame_number,
        permit_last_day: last.to_string(),
    }
}

/// A few trains with invented numbers between real stations.
fn timetable(world: &mut World) {
    let fast = [('9', 19_980, 6), ('M', 10_600, 18), ('O', 6_620, 60)];
    let full = [('9', 19_980, 0), ('M', 10_600, 0), ('O', 6_260, 0)];
    let night = [
        ('4', 4_765, 4),
        ('3', 3_045, 30),
        ('1', 1_775, 80),
        ('W', 1_775, 12),
    ];
    let trains = [
        train(
            "G9001",
            &[
                ("VNP", "", "07:00"),
                ("JGK", "08:24", "08:26"),
                ("NKH", "10:17", "10:19"),
                ("AOH", "11:29", ""),
            ],
            &fast,
        ),
        train(
            "G9003",
            &[
                ("VNP", "", "09:00"),
                ("NKH", "12:13", "12:15"),
                ("AOH", "13:28", ""),
            ],
            &full,
        ),
        train(
            "G9005",
            &[
                ("FTP", "", "14:05"),
                ("JGK", "15:40", "15:42"),
                ("NKH", "17:50", "17:52"),
                ("AOH", "19:10", ""),
            ],
            &fast,
        ),
        train(
            "Z9007",
            &[
                ("BJP", "", "19:15"),
                ("TJP", "20:30", "20:36"),
                ("XCH", "02:10", "02:16"),
                ("SHH", "09:20", ""),
            ],
            &night,
        ),
        train(
            "G9021",
            &[
                ("BXP", "", "08:10"),
                ("SJP", "09:17", "09:20"),
                ("ZAF", "10:40", "10:43"),
                ("WHN", "12:35", ""),
            ],
            &fast,
        ),
    ];
    for train in trains {
        rail::add_train(world, train);
    }
}

fn train(code: &str, stops: &[(&str, &str, &str)], seats: &[(char, u32, u32)]) -> Train {
    let time = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Train {
        train_no: format!("240000{code:0>5}0A"),
        code: code.into(),
        stops: stops
            .iter()
            .map(|(station, arrive, depart)| Stop {
                station: (*station).into(),
                arrive: time(arrive),
                depart: time(depart),
            })
            .collect(),
        seats: seats
            .iter()
            .map(|(code, price, left)| Seat {
                code: *code,
                price: *price,
                left: *left,
            })
            .collect(),
        suspended_on: Vec::new(),
        changes: Vec::new(),
        on_sale: None,
    }
}

#[cfg(test)]
mod tests {
    use super::id_number;

    #[test]
    fn check_digit_matches_the_standards_own_rule() {
        // Weighted sum of all 18 digits, the last with weight 1, is 1 modulo 11.
        for serial in 0..1000 {
            let id = id_number(serial);
            let digits = id.chars().map(|digit| digit.to_digit(10).unwrap_or(10));
            let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
            let sum: u32 = digits
                .zip(weights)
                .map(|(digit, weight)| digit * weight)
                .sum();
            assert_eq!((id.len(), sum % 11), (18, 1), "{id}");
        }
    }
}
