//! The rules of standing in line for returned tickets (候补), pure: for what one may, until when, and which of the listed
//! standby orders is the one that was asked for.

use daiban_core::error::ServiceError;
use daiban_core::{Text, Timestamp};
use jiff::SignedDuration;

use crate::rail::error::refusal;
use crate::rail::orders::{StandbyChoice, StandbyWish};
use crate::rail::seats::{Left, STANDING, SeatCode};
use crate::rail::tickets::{Row, SaleState};
use crate::rail::wire::standby_list::{Entry, Need};

/// Whether one may stand in line for a class of a train, as its row tells.
///
/// Open when the class is sold out, the train takes standby orders (field 37) and not too many stand in line for the class
/// (field 38). Rows of trains that sell another class have it open, too: in every recorded row of 2022–2025 field 37 is 1
/// exactly when some class, 无座 apart, is sold out.
///
/// # Errors
/// Why not, for a person.
pub fn standby_open(row: &Row<'_>, seat: SeatCode) -> Result<(), Text> {
    let no = |zh: &str, en: &str| Err(Text::new(zh, en));
    if seat == STANDING {
        return no("无座不能候补", "there is no line for standing places");
    }
    let Some(found) = row.train.seat(seat) else {
        return no("这趟车没有这个席别", "the train does not have this class");
    };
    match found.left {
        Left::None => {}
        Left::Exactly(_) | Left::AtLeast(_) => {
            return no(
                "还有票，不用候补",
                "there are tickets left, no need to stand in line",
            );
        }
        Left::Unknown => {
            return no(
                "12306 没有说还剩多少票",
                "12306 does not say how many tickets are left",
            );
        }
    }
    if row.train.state == SaleState::Suspended {
        return no(
            "这趟车停运或暂停发售",
            "the train does not run or its sale is suspended",
        );
    }
    if row.keys.can_web_buy == "IS_TIME_NOT_BUY" {
        return no("现在不在服务时间内", "not within the service hours now");
    }
    if row.train.standby.is_none() {
        return no(
            "12306 没有说这趟车能不能候补",
            "12306 does not say whether this train has a line",
        );
    }
    if row.keys.standby_closed_for(seat) {
        return no(
            "候补的人太多，已经不再接受",
            "too many stand in line, no more are taken",
        );
    }
    if row.train.standby == Some(false) {
        return no("这趟车没有开放候补", "this train has no line");
    }
    if row.keys.secret.is_empty() {
        return no(
            "这趟车现在不能下单",
            "nothing can be ordered on this train now",
        );
    }
    Ok(())
}

/// The end of the line to ask for: the offered one that is nearest to what was wished and not closer to departure, so that
/// nobody is given a ticket later than they wanted. Where nothing is offered, the wish itself.
///
/// # Errors
/// `Refused` with code `deadline` when all that is offered ends later.
pub fn until_choice(offered_min: &[u32], wished_min: u32) -> Result<u32, ServiceError> {
    if offered_min.is_empty() {
        return Ok(wished_min);
    }
    let early_enough = offered_min.iter().filter(|offered| **offered >= wished_min);
    early_enough.min().copied().ok_or_else(|| {
        let offered: Vec<String> = offered_min.iter().map(u32::to_string).collect();
        let offered = offered.join("、");
        let text = Text::new(
            format!("12306 不接受开车前 {wished_min} 分钟截止，可选（分钟）：{offered}"),
            format!(
                "12306 takes no end {wished_min} minutes before departure; it offers {offered}"
            ),
        );
        refusal("deadline", text)
    })
}

/// When the queue may be asked again: after a third of the wait that it tells, as clients that were let be do (*seen*
/// 2023), from one second to a minute.
#[must_use]
pub fn ask_queue_after(wait_s: Option<u32>) -> SignedDuration {
    let seconds = wait_s.unwrap_or_default() / 3;
    SignedDuration::from_secs(seconds.clamp(1, 60).into())
}

/// Whether a listed standby order is the one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ours {
    /// Made at that time, for nothing but what was wished.
    Yes,
    /// Nothing speaks against it, but the list does not tell enough.
    Perhaps,
    /// Older, or for something else.
    No,
}

/// Our clock and the service's may differ by so much.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(2);

impl Ours {
    /// Compares a listed order with a wish that was sent at `sent_at`.
    #[must_use]
    pub fn of(entry: &Entry, wish: &StandbyWish, sent_at: Timestamp) -> Self {
        let in_time = entry
            .made_at
            .map(|made| made >= sent_at.checked_sub(CLOCKS_APART).unwrap_or(sent_at));
        let wished = |need: &Need| wish.choices.iter().any(|choice| is_for(need, choice));
        match (in_time, entry.needs.iter().all(wished)) {
            (Some(false), _) | (_, false) => Self::No,
            (Some(true), true) if !entry.needs.is_empty() => Self::Yes,
            _ => Self::Perhaps,
        }
    }
}

/// What the list does not tell of a need speaks neither for nor against it.
fn is_for(need: &Need, choice: &StandbyChoice) -> bool {
    let same_train = need.train.is_empty() || need.train.eq_ignore_ascii_case(&choice.train);
    same_train
        && need.date.is_none_or(|date| date == choice.date)
        && need.seat.is_none_or(|seat| seat == choice.seat)
}
