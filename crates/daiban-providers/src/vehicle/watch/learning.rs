//! Takes in what a look showed: facts for pages, records for charts, areas, when to look next.

use daiban_core::{Text, dates, error::ServiceError, notice::Severity, record::Record};
use serde::Deserialize;
use serde_json::{Value, json};

use super::data::SimData;
use super::{Round, areas, conditions, pace, words};
use crate::vehicle::reading::{Datum, Position, Reading};
use crate::words::later;

impl Round<'_> {
    pub(super) fn learn(&mut self, value: &Value) {
        let Ok(reading) = Reading::deserialize(value) else {
            self.failed(&ServiceError::changed("reading", "not a reading"));
            return;
        };
        self.state.failures = 0;
        self.draft.clear(&mut self.state.raised, "refused");
        let is_new = self.state.reported_at != reading.updated_at;
        self.state.unchanged = if is_new { 0 } else { self.state.unchanged + 1 };
        self.state.reported_at = reading.updated_at;
        if reading.plate.is_some() || self.state.name.is_none() {
            self.state.name = Some(words::name(&reading));
        }
        self.said(&reading);
        if is_new {
            self.record(&reading);
        }
        self.cross(&reading);
        self.judge(
            conditions::judge(self.pass.wishes, &reading, self.pass.now),
            &reading,
        );
        self.plan(&reading);
        self.draft.fact("reading", json!(reading));
    }

    fn said(&mut self, reading: &Reading) {
        let reported = words::reported(reading, self.pass.now);
        let how = words::how(reading);
        self.draft.say(
            format!("{}：{}", reported.zh, how.zh),
            format!("{}: {}", reported.en, how.en),
        );
    }

    /// Says when to look next: at the pace of the car, or earlier where something may have to be told.
    fn plan(&mut self, reading: &Reading) {
        let now = self.pass.now;
        let wishes = self.pass.wishes;
        let pace = pace::pace(wishes, reading, self.state.unchanged, now);
        let by_pace = pace.every_s.map(|every_s| {
            let jitter_s = i64::try_from(self.pass.chance % 20).unwrap_or(0);
            later(now, every_s + jitter_s)
        });
        let sooner = self.soonest_patience();
        let next = by_pace.map(|at| sooner.map_or(at, |sooner| sooner.min(at)));
        self.state.look_at = next.map(|at| wishes.after_quiet(at));
        self.draft.fact(
            "pace",
            json!({
                "next_at": self.state.look_at.map(dates::rfc3339),
                "every_s": pace.every_s,
                "why": pace.why,
            }),
        );
    }

    /// What charts are drawn from.
    fn record(&mut self, reading: &Reading) {
        let Some(at) = reading.updated_at else {
            return;
        };
        let car = reading.vin.trim_start_matches('*');
        let id = format!("{car}/{}", at.as_millisecond());
        let odometer = self.forward(reading.odometer_km);
        self.draft.records.push(Record {
            kind: "reading".to_owned(),
            id: id.clone(),
            at,
            value: json!({
                "car": car,
                "fuel_l": reading.fuel_l,
                "range_km": reading.range_km,
                "odometer_km": odometer,
                "battery_12v_v": reading.battery_12v_v,
                "soc_pct": reading.soc_pct,
                "consumption_l_100km": reading.consumption_l_100km,
                "engine": reading.engine,
                "locked": reading.locked,
            }),
            keep_days: self.pass.wishes.history_days,
        });
        if let Some(position) = reading
            .position
            .filter(|_| self.pass.wishes.position_days > 0)
        {
            self.draft.records.push(Record {
                kind: "position".to_owned(),
                id,
                at,
                value: json!({
                    "car": car,
                    "lat": position.lat,
                    "lon": position.lon,
                    "trusted": position.trusted,
                }),
                keep_days: self.pass.wishes.position_days,
            });
        }
    }

    /// Kilometres only grow; a smaller number is no number.
    fn forward(&mut self, odometer_km: Option<f64>) -> Option<f64> {
        let most = self.state.odometer_km.unwrap_or_default();
        let grown = odometer_km.filter(|km| *km >= most);
        self.state.odometer_km = grown.or(self.state.odometer_km);
        grown
    }

    fn cross(&mut self, reading: &Reading) {
        let areas = self.pass.wishes.areas();
        let (now_in, crossed) =
            areas::compare(&areas, &self.state.areas, reading.position.as_ref());
        for crossing in crossed {
            self.tell_crossing(&crossing, reading);
        }
        self.state.areas = now_in;
        let said: serde_json::Map<_, _> = areas
            .iter()
            .map(|area| (area.name.clone(), json!(self.state.areas.get(&area.name))))
            .collect();
        self.draft.fact("areas", Value::Object(said));
        let near = reading.position.filter(|it| it.datum == Datum::Wgs84);
        self.draft
            .fact("near", near.map_or(Value::Null, |it| near_to(&areas, &it)));
    }

    pub(super) fn learn_data(&mut self, value: Value) {
        let Ok(data) = SimData::deserialize(&value) else {
            return;
        };
        self.draft
            .say("看过车机流量", "looked at the SIM card's data");
        let finding = conditions::judge_data(self.pass.wishes, &data);
        self.judge_one(finding, None);
        self.show_standing();
        self.draft.fact("data", value);
    }

    /// Not every car has a card that can be asked about; the watch over the car goes on without it.
    pub(super) fn no_data(&mut self, error: &ServiceError) {
        let text = error.text();
        self.draft.say(
            format!("流量没看成：{}", text.zh),
            format!("the SIM card's data could not be seen: {}", text.en),
        );
    }

    pub(super) fn raise_refusal(&mut self, error: &ServiceError) {
        let said = error.text().clone();
        let fix = Text::new(
            "看看账号的设置；改好后按「现在看」，不按也会一天试一次",
            "look at the account's settings; then press look now, or wait: it is tried once a day",
        );
        self.draft.raise(
            &mut self.state.raised,
            "refused",
            Severity::Attention,
            (said, fix),
        );
    }
}

fn near_to(areas: &[areas::Area], position: &Position) -> Value {
    areas::nearest(areas, position).map_or(
        Value::Null,
        |(name, metres)| json!({ "name": name, "m": metres.round() }),
    )
}
