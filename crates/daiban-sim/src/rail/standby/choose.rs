//! What one wants to stand by for: `secretList`, and whether this person may.

use serde_json::json;

use super::{Ask, Stage, envelope, illegal, marks, refused};
use crate::answer::Answer;
use crate::rail::orders::{seat_name, stock};
use crate::rail::secret::{self, Trip};
use crate::rail::tickets::{self, Ride, Sale};
use crate::world::World;

/// How long a row can be used. That it is minutes is told by public clients; how many is *guessed*.
const OFFER_LIFE_MS: i64 = 10 * 60_000;
/// *Guessed* from the combinations that the page of 2024 lets one make.
const MOST_CHOICES: usize = 60;

/// A row as it was told.
struct Offer {
    trip: Trip,
    told_ms: i64,
}

/// A class of a train between two stations on a day.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) trip: Trip,
    pub(super) train_code: String,
    pub(super) seat: char,
    pub(super) leaves_ms: i64,
    /// For one person, in 0.1 yuan.
    pub(super) price: u32,
}

impl Choice {
    fn is_same(&self, other: &Self) -> bool {
        self.trip == other.trip && self.seat == other.seat
    }
}

/// `chechFace`. It says nothing of the trains.
pub(super) fn check_face(world: &World, ask: &Ask) -> Answer {
    if ask
        .field("secretList")
        .is_none_or(|list| entries(list).is_none())
    {
        return illegal();
    }
    let code = world.options.rail_standby.face_check.as_str();
    Answer::json(&envelope(json!({
        "login_flag": true, "face_flag": is_fine(code), "face_check_code": code,
        "is_show_qrcode": is_for_app(code),
    })))
}

fn is_fine(code: &str) -> bool {
    matches!(code, "02" | "12")
}

fn is_for_app(code: &str) -> bool {
    matches!(code, "04" | "14")
}

/// `submitOrderRequest`: what the page then shows is kept with the session.
pub(super) fn submit(world: &mut World, ask: &Ask) -> Answer {
    let code = world.options.rail_standby.face_check.as_str();
    if !is_fine(code) {
        return Answer::json(&envelope(json!({
            "flag": false, "faceCheck": code, "is_show_qrcode": is_for_app(code),
        })));
    }
    let Some(entries) = ask.field("secretList").and_then(entries) else {
        return illegal();
    };
    let choices = match choices(world, &entries) {
        Ok(choices) => choices,
        Err(refusal) => return refusal,
    };
    if has_unfinished(world, &ask.account.username) {
        return refused("您有尚未完成的候补订单，请先支付或取消");
    }
    let drafts = &mut world.rail.standbys.drafts;
    drafts.insert(ask.session.clone(), choices);
    Answer::json(&envelope(json!({"flag": true})))
}

pub(super) fn has_unfinished(world: &World, username: &str) -> bool {
    let mut theirs = world.rail.standbys.list.iter();
    theirs.any(|standby| {
        standby.username == username && matches!(standby.stage, Stage::Queued(_) | Stage::Unpaid(_))
    })
}

/// `secretStr#seat|` for each, the secret still percent-encoded.
fn entries(list: &str) -> Option<Vec<(Offer, char)>> {
    let entries = list.strip_suffix('|')?.split('|');
    entries.map(|entry| read(entry.split_once('#')?)).collect()
}

fn read((row, seat): (&str, &str)) -> Option<(Offer, char)> {
    let mut seat = seat.chars();
    let (trip, told_ms) = secret::read_encoded(row)?;
    let pair = (Offer { trip, told_ms }, seat.next()?);
    seat.next().is_none().then_some(pair)
}

/// `plans` of confirmHB: `secretStr,seat#` for each further choice.
pub(super) fn plans(world: &World, list: &str) -> Result<Vec<Choice>, Answer> {
    let entries = list.split_terminator('#');
    let read: Option<Vec<(Offer, char)>> =
        entries.map(|entry| read(entry.split_once(',')?)).collect();
    let read = read.ok_or_else(|| refused("参数不正确"))?;
    read.iter()
        .map(|(offer, seat)| choice(world, offer, *seat))
        .collect()
}

fn choices(world: &World, entries: &[(Offer, char)]) -> Result<Vec<Choice>, Answer> {
    let mut choices: Vec<Choice> = Vec::new();
    for (offer, seat) in entries {
        let choice = choice(world, offer, *seat)?;
        if choices.iter().any(|known| known.is_same(&choice)) {
            return Err(refused("候补需求重复"));
        }
        choices.push(choice);
    }
    if choices.len() > MOST_CHOICES {
        return Err(refused("候补需求过多"));
    }
    Ok(choices)
}

fn choice(world: &World, offer: &Offer, seat: char) -> Result<Choice, Answer> {
    let Some(ride) = Ride::of(world, &offer.trip) else {
        return Err(illegal());
    };
    let class = ride.train.seat(seat).filter(|_| seat != 'W');
    let Some(class) = class else {
        return Err(illegal());
    };
    if let Some(words) = shut(world, offer, &ride, seat) {
        return Err(refused(&words));
    }
    Ok(Choice {
        trip: offer.trip.clone(),
        train_code: ride.train.code.clone(),
        seat,
        leaves_ms: ride.leaves_ms(),
        price: ride.price(class),
    })
}

/// Why there is no standing by for this, in words.
fn shut(world: &World, offer: &Offer, ride: &Ride, seat: char) -> Option<String> {
    let (code, name) = (&ride.train.code, seat_name(seat));
    if world.now - offer.told_ms >= OFFER_LIFE_MS || ride.leaves_ms() <= world.now {
        return Some("车票信息已过期，请重新查询最新车票信息".into());
    }
    let (flag, closed) = marks(world, code);
    if !matches!(tickets::sale(world, ride).1, Sale::Open) || flag == "0" {
        return Some(format!("当前{code}次列车不支持候补"));
    }
    if closed.contains(seat) {
        // *Seen* in 12306's own script, 2026.
        return Some(format!(
            "当前{code}车次{name}席别提交的候补订单较多，可更换车次、席别或稍后重试。"
        ));
    }
    let free = stock::real(world, ride.train, seat, offer.trip.date, world.now);
    (free > 0).then(|| format!("{code}次列车{name}尚有余票，请直接购票"))
}
