//! What a visit costs at least: the medical-service fees (医事服务费) of Beijing's public hospitals since April 2017.
//!
//! *Documented*: the city's public table of that reform, by level of the hospital and rank of the doctor, before any
//! insurance. Private clinics and 特需 cost more; the price of a booking is always that of the service's confirm page.

/// Level of a hospital, as fees go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// 三级
    Third,
    /// 二级
    Second,
    /// 一级及以下
    First,
}

/// Rank of a doctor, as fees go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// 普通门诊
    Ordinary,
    /// 副主任医师
    AssociateChief,
    /// 主任医师
    Chief,
    /// 知名专家
    Renowned,
}

impl Level {
    /// Of `三级甲等` and the like. What is not told is taken for the cheapest, so that no wish is refused on a guess.
    #[must_use]
    pub fn of(text: Option<&str>) -> Self {
        match text.unwrap_or_default() {
            text if text.contains('三') => Self::Third,
            text if text.contains('二') => Self::Second,
            _ => Self::First,
        }
    }

    /// As people say it in Chinese.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Third => "三级医院",
            Self::Second => "二级医院",
            Self::First => "一级及以下或级别不明的医院",
        }
    }

    /// As people say it in English.
    #[must_use]
    pub fn en(self) -> &'static str {
        match self {
            Self::Third => "a hospital of level three",
            Self::Second => "a hospital of level two",
            Self::First => "a hospital of level one or unknown",
        }
    }
}

impl Rank {
    /// Of a title as people wish for it, `副主任医师`, `普通号50`; `None` where it says no rank (`特需`).
    #[must_use]
    pub fn of(title: &str) -> Option<Self> {
        let has = |part: &str| title.contains(part);
        if has("知名") {
            Some(Self::Renowned)
        } else if has("副主任") || has("副高") {
            Some(Self::AssociateChief)
        } else if has("主任") || has("正高") {
            Some(Self::Chief)
        } else if has("普通") || has("主治") || has("住院") {
            Some(Self::Ordinary)
        } else {
            None
        }
    }
}

/// What a visit costs, in yuan.
///
/// ```
/// use daiban_providers::hospital::fees::{Level, Rank, fee_yuan};
///
/// assert_eq!(fee_yuan(Level::of(Some("三级甲等")), Rank::Chief), 80);
/// ```
#[must_use]
pub fn fee_yuan(level: Level, rank: Rank) -> i64 {
    let row = match level {
        Level::Third => [50, 60, 80, 100],
        Level::Second => [30, 50, 70, 90],
        Level::First => [20, 40, 60, 80],
    };
    row[rank as usize]
}

/// The cheapest of the wished titles, in yuan; of all ranks where none is wished. `None`: one of them has no known fee.
#[must_use]
pub fn cheapest_yuan(level: Level, titles: &[&str]) -> Option<i64> {
    if titles.is_empty() {
        return Some(fee_yuan(level, Rank::Ordinary));
    }
    let fees = titles
        .iter()
        .map(|title| Some(fee_yuan(level, Rank::of(title)?)));
    fees.collect::<Option<Vec<_>>>()?.into_iter().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_2017() {
        let row = |text| {
            let ranks = [
                Rank::Ordinary,
                Rank::AssociateChief,
                Rank::Chief,
                Rank::Renowned,
            ];
            ranks.map(|rank| fee_yuan(Level::of(text), rank))
        };
        assert_eq!(row(Some("三级甲等")), [50, 60, 80, 100]);
        assert_eq!(row(Some("三级专科")), [50, 60, 80, 100]);
        assert_eq!(row(Some("二级")), [30, 50, 70, 90]);
        for lowest in [Some("一级"), Some("未定级"), None] {
            assert_eq!(row(lowest), [20, 40, 60, 80]);
        }
    }

    #[test]
    fn the_cheapest_of_the_titles() {
        let check = |titles: &[&str], expected| {
            assert_eq!(cheapest_yuan(Level::Third, titles), expected, "{titles:?}");
        };
        check(&[], Some(50));
        check(&["主任医师"], Some(80));
        check(&["主任医师", "副主任医师"], Some(60));
        check(&["知名专家"], Some(100));
        check(&["主任医师", "普通号50"], Some(50));
        check(&["主治医师"], Some(50));
        check(&["主任医师", "特需"], None);
    }
}
