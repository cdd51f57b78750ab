//! Standing in line for returned tickets (候补): the account's standby orders. See `standby` for the requests.
//!
//! They name people; errors of this reader tell positions, never values.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use jiff::civil::Date;
use serde::Deserialize;

use super::reply::private_data;
use super::told::Told;
use crate::rail::orders::{Standby, StandbyState};
use crate::rail::seats::SeatCode;

/// A standby order of a list, and what tells whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is shown.
    pub standby: Standby,
    /// When it was made.
    pub made_at: Option<Timestamp>,
    /// For what.
    pub needs: Vec<Need>,
}

/// A train and class of a listed standby order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// `G105`
    pub train: String,
    /// The day of boarding, when told.
    pub date: Option<Date>,
    /// The class, when its code or name is known.
    pub seat: Option<SeatCode>,
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// In the service's order.
    pub entries: Vec<Entry>,
    /// How many pages there are, when told.
    pub pages: Option<usize>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    reserve_no: Told,
    #[serde(default)]
    reserve_time: Told,
    #[serde(default)]
    realize_limit_time: Told,
    #[serde(default)]
    status_code: Told,
    #[serde(default)]
    status_name: Told,
    #[serde(default)]
    prepay_amount: Told,
    #[serde(default)]
    lose_time: Told,
    #[serde(default)]
    order_no: Told,
    #[serde(default)]
    total_page: Told,
    #[serde(default)]
    needs: Vec<ListedNeed>,
}

#[derive(Deserialize)]
struct ListedNeed {
    #[serde(default)]
    board_train_code: Told,
    #[serde(default)]
    train_date: Told,
    #[serde(default)]
    seat_name: Told,
    #[serde(default)]
    seat_code: Told,
    /// The same in other answers (*seen* 2026); may hold several.
    #[serde(default)]
    seat_type_code: Told,
}

/// Reads a page of a list: the unpaid one holds one order under `order` (*seen* 2019–2026), the others a `list`. Which
/// fields an order has is *seen* in clients of 2019–2026, except `seat_code`, `lose_time` and `order_no`, *guessed* by
/// likeness.
///
/// # Errors
/// What a message means; `Changed` when an order has no number.
pub fn listing(body: &str) -> Result<Listing, ServiceError> {
    #[derive(Deserialize)]
    struct Data {
        order: Option<Listed>,
        list: Option<Vec<Listed>>,
    }
    let data: Data = private_data(body)?;
    let listed = data.list.unwrap_or_default().into_iter().chain(data.order);
    let listed: Vec<Listed> = listed.collect();
    let pages = listed.first().and_then(|first| first.total_page.number());
    Ok(Listing {
        entries: listed.into_iter().map(entry).collect::<Result<_, _>>()?,
        pages,
    })
}

fn entry(one: Listed) -> Result<Entry, ServiceError> {
    let Some(reserve_no) = one.reserve_no.0 else {
        return Err(ServiceError::changed("list.reserve_no", "missing"));
    };
    let state = state_of(one.status_code.text(), one.status_name.text());
    Ok(Entry {
        made_at: one.reserve_time.moment(),
        standby: Standby {
            reserve_no,
            state,
            text: one.status_name.into_text(),
            pay_before: one
                .lose_time
                .moment()
                .filter(|_| state == StandbyState::Unpaid),
            until: one.realize_limit_time.moment(),
            deposit_fen: one.prepay_amount.yuan_as_fen(),
            choices: one.needs.iter().map(in_words).collect(),
            order_no: one.order_no.0,
        },
        needs: one.needs.into_iter().map(need).collect(),
    })
}

/// The words decide. Codes mean different things in different years: 04 was "in line" in 2019 and is read as "withdrawn"
/// by others, so only 00 (queueing) and 01 (to be paid) are believed without words.
fn state_of(code: &str, words: &str) -> StandbyState {
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    match () {
        () if says(&["未兑现", "兑现失败", "退", "取消", "失效", "过期", "关闭"]) => {
            StandbyState::Over
        }
        () if says(&["待支付", "未支付"]) => StandbyState::Unpaid,
        () if says(&["待兑现", "排队", "兑现中", "候补中"]) => StandbyState::Waiting,
        () if says(&["已兑现", "兑现成功"]) => StandbyState::Fulfilled,
        () if !words.is_empty() => StandbyState::Unknown,
        () if code == "01" || code == "1" => StandbyState::Unpaid,
        () if code == "00" => StandbyState::Waiting,
        () => StandbyState::Unknown,
    }
}

fn in_words(need: &ListedNeed) -> String {
    let words = [need.board_train_code.text(), need.seat_name.text()];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn need(one: ListedNeed) -> Need {
    let code = SeatCode::of_code(one.seat_code.text());
    let code = code.or_else(|| SeatCode::of_code(one.seat_type_code.text()));
    Need {
        date: one.train_date.date(),
        seat: code.or_else(|| SeatCode::named(one.seat_name.text())),
        train: one.board_train_code.into_text(),
    }
}
