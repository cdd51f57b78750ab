//! What helps to fill in the form of a ticket errand: days on sale, trains of the day, passengers (in `passengers`).
//!
//! All of it is asked for once and kept for minutes. What cannot be had is said, and the form works without it.

use daiban_core::{Lang, account::Account, dates};
use daiban_providers::rail::{
    seats::SeatCode,
    tickets::{SaleState, Train},
};
use jiff::{Span, civil::Date};
use serde_json::Value;

use super::{
    super::{
        Web,
        visitor::Me,
        words::{self, m},
    },
    passengers::{self, Passenger},
    stations::Named,
    tickets::trains,
    train::{place, times},
    wishes::Draft,
    words as say,
};
use crate::app::{AppError, RailTickets};

/// Passengers and routes change rarely.
pub(super) const KEPT_S: i64 = 600;
/// Trains of a day are shown for their times and prices; what is left is looked at by the errand.
const TRAINS_KEPT_S: i64 = 300;
/// Days on sale when 12306 has not said (*seen* since 2024: today and fourteen more).
const USUAL_DAYS: i64 = 15;
/// Offered while no train of the day is known.
const USUAL_CLASSES: [char; 7] = ['O', 'M', '9', '1', '3', '4', 'W'];

/// All that helps.
pub(super) struct Help {
    pub(super) window: Window,
    /// Which days are on sale, or that this is not known.
    pub(super) window_said: String,
    /// When the days beyond go on sale.
    pub(super) sale_said: Vec<String>,
    pub(super) passengers: Vec<Passenger>,
    /// Why there are none to choose from.
    pub(super) no_passengers: Option<String>,
    pub(super) trains: Vec<TrainChoice>,
    /// Why there are none, or of which day they are.
    pub(super) trains_said: Option<String>,
    /// Value, label, chosen.
    pub(super) classes: Vec<(String, String, bool)>,
    /// Value and label of each chosen day, when there are several.
    pub(super) days: Vec<(String, String)>,
    /// What it costs at most.
    pub(super) cost: Option<String>,
}

/// A train that can be added to the preferences.
pub(super) struct TrainChoice {
    pub(super) train: String,
    /// `07:20 – 13:24`
    pub(super) times: String,
    /// Class and price.
    prices: Vec<(SeatCode, i64)>,
}

impl TrainChoice {
    fn price(&self, seat: &str) -> Option<i64> {
        let code = SeatCode::named(seat)?;
        let found = self.prices.iter().find(|(class, _)| *class == code);
        found.map(|(_, fen)| *fen)
    }

    /// Times and, for a class it has, the price.
    pub(super) fn about_with(&self, seat: &str) -> String {
        match self.price(seat) {
            Some(fen) => format!("{} · {}", self.times, say::money(fen)),
            None => self.times.clone(),
        }
    }
}

/// Which days are on sale, as far as 12306 has said.
#[derive(Default)]
pub(super) struct Window {
    presale_days: Option<i64>,
    route: Value,
    /// Why it is not known.
    trouble: Option<daiban_core::Text>,
}

impl Window {
    /// The last day on sale, or the last that usually is.
    pub(super) fn last_day(&self, today: Date) -> Date {
        let days = self.presale_days.unwrap_or(USUAL_DAYS).clamp(1, 90);
        today.saturating_add(Span::new().days(days - 1))
    }

    fn said(&self, today: Date, lang: Lang) -> String {
        let last = words::day(lang, self.last_day(today));
        match (self.presale_days, lang) {
            (Some(_), Lang::Zh) => format!("现在卖到 {last}；更晚的等到开售那一秒去买"),
            (Some(_), Lang::En) => {
                format!("on sale to {last}; later days are bought the second they go on sale")
            }
            (None, Lang::Zh) => format!("卖到哪天还没问到，通常是 {last}；更晚的等开售"),
            (None, Lang::En) => {
                format!("how far sales reach is not known, usually {last}; later days wait")
            }
        }
    }

    /// When a day beyond goes on sale: so many days ahead, at the station's time.
    fn sale(&self, day: Date, lang: Lang) -> Option<String> {
        let ahead = self.presale_days? - 1;
        let opens = day.saturating_sub(Span::new().days(ahead));
        let times = self.route["sale_times"].as_object();
        let earliest = times.and_then(|times| times.values().filter_map(Value::as_str).min());
        let (day, opens) = (words::day(lang, day), words::day(lang, opens));
        Some(match (earliest, lang) {
            (Some(time), Lang::Zh) => format!("{day}的票 {opens} {time} 开售"),
            (Some(time), Lang::En) => format!("tickets of {day} go on sale {opens}, {time}"),
            (None, Lang::Zh) => format!("{day}的票 {opens}开售，几点未知"),
            (None, Lang::En) => {
                format!("tickets of {day} go on sale {opens}, the hour is unknown")
            }
        })
    }

    /// Names of the stations that one side of the route means; `None` where a city's stations are not known.
    fn stations(&self, side: &str, names: &[String]) -> Option<Vec<String>> {
        if !names.iter().any(|name| name.ends_with('市')) {
            return Some(names.to_vec());
        }
        let asked = self.route[side].as_array()?;
        let stations = asked.iter().filter_map(|one| one["stations"].as_array());
        let names = stations.flatten().filter_map(|one| one["name"].as_str());
        Some(names.map(str::to_owned).collect())
    }
}

/// How far sales reach between these stations.
pub(super) async fn window(web: &Web, (from, to): (&Named, &Named)) -> Window {
    if !from.is_clear() || !to.is_clear() {
        return Window::default();
    }
    let key = format!("route/{}/{}", from.field.value, to.field.value);
    let ask = web.app.rail_route(&from.names, &to.names);
    match web.kept.or_ask(web.app.now(), key, KEPT_S, ask).await {
        Ok(route) => Window {
            presale_days: route["presale_days"].as_i64().filter(|days| *days > 0),
            route,
            trouble: None,
        },
        Err(text) => Window {
            trouble: Some(text),
            ..Window::default()
        },
    }
}

/// Gathers it.
///
/// # Errors
/// Those inside.
pub(super) async fn gather(
    web: &Web,
    me: &Me,
    account: Option<&Account>,
    draft: &Draft,
    route: (&Named, &Named),
) -> Result<Help, AppError> {
    let (lang, today) = (me.lang, dates::today(web.app.now()));
    let window = window(web, route).await;
    let (passengers, no_passengers) = passengers::gather(web, me, account, draft).await;
    let (found, trains_said) = trains_of_the_day(web, draft, route, &window, lang).await?;
    let last = window.last_day(today);
    let beyond = draft.dates.iter().filter(|day| **day > last);
    let several = draft.dates.len() > 1;
    let choices = choices(&found, lang);
    Ok(Help {
        window_said: window.said(today, lang),
        sale_said: beyond.filter_map(|day| window.sale(*day, lang)).collect(),
        passengers,
        no_passengers,
        classes: classes(&found, draft, lang),
        trains_said: trains_said.or_else(|| {
            let trouble = window.trouble.as_ref()?;
            Some(trouble.in_lang(lang).to_owned())
        }),
        days: draft
            .dates
            .iter()
            .filter(|_| several)
            .map(|day| (day.to_string(), words::day(lang, *day)))
            .collect(),
        cost: cost(draft, &choices, lang),
        trains: choices,
        window,
    })
}

type Found = (Vec<Train<'static>>, Option<String>);

/// Trains of the first chosen day on sale between just the wanted stations.
async fn trains_of_the_day(
    web: &Web,
    draft: &Draft,
    (from, to): (&Named, &Named),
    window: &Window,
    lang: Lang,
) -> Result<Found, AppError> {
    if !from.is_clear() || !to.is_clear() {
        return Ok((Vec::new(), None));
    }
    let last = window.last_day(dates::today(web.app.now()));
    let Some(day) = draft.dates.iter().find(|day| **day <= last) else {
        return Ok((Vec::new(), None));
    };
    let plain = |name: &str| name.strip_suffix('市').unwrap_or(name).to_owned();
    let asked = RailTickets {
        date: day.to_string(),
        from: plain(&from.names[0]),
        to: plain(&to.names[0]),
        trains: Vec::new(),
        student: false,
    };
    let key = format!("trains/{day}/{}/{}", asked.from, asked.to);
    let ask = web.app.rail_tickets(&asked);
    let found = match web
        .kept
        .or_ask(web.app.now(), key, TRAINS_KEPT_S, ask)
        .await
    {
        Ok(found) => trains(found)?,
        Err(text) => return Ok((Vec::new(), Some(text.in_lang(lang).to_owned()))),
    };
    let wanted = |side: &str, names: &[String], train_at: &_| match window.stations(side, names) {
        Some(stations) => stations.contains(&place(train_at)),
        None => true,
    };
    let mut found: Vec<Train<'static>> = found
        .into_iter()
        .filter(|train| wanted("from", &from.names, &train.from))
        .filter(|train| wanted("to", &to.names, &train.to))
        .collect();
    found.sort_by_key(|train| (train.depart.is_none(), train.depart));
    let said = match (found.is_empty(), lang) {
        (true, Lang::Zh) => format!("{} 这两站之间没有车", words::day(lang, *day)),
        (true, Lang::En) => format!("no train between these on {}", words::day(lang, *day)),
        (false, Lang::Zh) => format!("时间和票价是 {} 的", words::day(lang, *day)),
        (false, Lang::En) => format!("times and fares of {}", words::day(lang, *day)),
    };
    Ok((found, Some(said)))
}

fn choices(trains: &[Train<'_>], lang: Lang) -> Vec<TrainChoice> {
    let view = |train: &Train<'_>| {
        let prices = train.seats.iter();
        let prices = prices.filter_map(|seat| Some((seat.code, i64::from(seat.price_fen?))));
        TrainChoice {
            train: train.train.to_string(),
            times: times(train, lang),
            prices: prices.collect(),
        }
    };
    let runs = |train: &&Train<'_>| train.state != SaleState::Suspended;
    let mut choices: Vec<TrainChoice> = trains.iter().filter(runs).map(view).collect();
    // One train may stop at several stations of a city.
    choices.dedup_by(|one, other| one.train == other.train);
    choices
}

/// Classes of the trains found, or the usual ones.
fn classes(trains: &[Train<'_>], draft: &Draft, lang: Lang) -> Vec<(String, String, bool)> {
    let has = |code: &SeatCode| {
        trains
            .iter()
            .any(|train| train.seats.iter().any(|seat| seat.code == *code))
    };
    let mut codes: Vec<SeatCode> = SeatCode::all().filter(has).collect();
    if codes.is_empty() {
        codes = SeatCode::all()
            .filter(|code| USUAL_CLASSES.contains(&code.as_char()))
            .collect();
    }
    let last = draft
        .prefer
        .last()
        .and_then(|item| item.split('/').next_back());
    let second = SeatCode::named("O").filter(|code| codes.contains(code));
    let chosen = last.and_then(SeatCode::named).or(second);
    let any = m(lang, "rail-any-class").to_owned();
    let mut classes = vec![(String::new(), any, false)];
    classes.extend(codes.into_iter().filter_map(|code| {
        let value = code.class()?.to_owned();
        Some((value, say::class(lang, code), chosen == Some(code)))
    }));
    classes
}

/// The dearest of the preferences, when the fare of each is known.
fn cost(draft: &Draft, trains: &[TrainChoice], lang: Lang) -> Option<String> {
    let fare = |item: &String| {
        let mut parts = item.rsplit('/');
        let (seat, train) = (parts.next()?, parts.next()?);
        let found = trains.iter().find(|choice| choice.train == train)?;
        found.price(seat)
    };
    let fares: Option<Vec<i64>> = draft.prefer.iter().map(fare).collect();
    let most = fares?.into_iter().max()?;
    let money = say::money(most);
    Some(match lang {
        Lang::Zh => format!("按成人票价，一位最多 {money}"),
        Lang::En => format!("At adult fares, {money} each at most"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn draft(prefer: &[&str]) -> Draft {
        Draft {
            prefer: prefer.iter().map(|item| (*item).to_owned()).collect(),
            ..Draft::default()
        }
    }

    #[test]
    fn a_day_beyond_says_when_its_sale_opens() {
        let window = Window {
            presale_days: Some(15),
            route: json!({ "sale_times": { "VNP": "12:30", "BJP": null, "BXP": "08:00" } }),
            trouble: None,
        };
        let today = date(2026, 11, 22);
        assert_eq!(window.last_day(today), date(2026, 12, 6));
        let said = window.sale(date(2026, 12, 20), Lang::Zh).unwrap();
        assert_eq!(said, "12月20日 周日的票 12月6日 周日 08:00 开售");
        assert!(Window::default().sale(today, Lang::Zh).is_none());
        assert!(
            Window::default()
                .said(today, Lang::En)
                .contains("not known")
        );
    }

    #[test]
    fn cost_is_said_only_when_every_fare_is_known() {
        let code = |text: &str| SeatCode::named(text).unwrap();
        let trains = [TrainChoice {
            train: "G7".to_owned(),
            times: String::new(),
            prices: vec![(code("O"), 67_300), (code("M"), 106_000)],
        }];
        let cost = |prefer: &[&str]| cost(&draft(prefer), &trains, Lang::Zh);
        assert_eq!(
            cost(&["G7/二等座", "2026-12-02/G7/一等座"]).unwrap(),
            "按成人票价，一位最多 ¥1,060"
        );
        for open in [&["G7/二等座", "G9/二等座"][..], &["G7"], &["*/二等座"], &[]] {
            assert_eq!(cost(open), None, "{open:?}");
        }
    }
}
