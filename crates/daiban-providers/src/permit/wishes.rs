//! What the owner of a `permit.keep` errand wishes, read and checked once.

use daiban_core::{id::AccountId, invalid::InvalidInput, plate::Plate, window::DayWindow};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    coverage::Zone,
    decide::{Days, Wish},
    dictionary,
    flow::Trip,
};

/// On which days the car has to be allowed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DaysWord {
    /// Every day.
    #[default]
    EveryDay,
    /// Monday to Friday.
    Workdays,
    /// Those in `dates`.
    Dates,
}

/// The wishes, as the descriptor reads them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wishes {
    /// Cars, in order of importance.
    pub plates: Vec<String>,
    /// How far in.
    #[serde(default = "outside")]
    pub zone: Zone,
    /// Code of the purpose.
    pub purpose: String,
    /// Code of the district.
    pub district: String,
    /// Where to.
    pub address: String,
    /// Whether the car is in Beijing when applying.
    pub in_beijing: bool,
    /// Where in Beijing; needed with `in_beijing`.
    #[serde(default)]
    pub beijing_address: Option<String>,
    /// Code of the entry road; needed without `in_beijing`.
    #[serde(default)]
    pub entry_road: Option<String>,
    /// Degrees east of the address.
    #[serde(default)]
    pub longitude: Option<String>,
    /// Degrees north of the address.
    #[serde(default)]
    pub latitude: Option<String>,
    /// On which days.
    #[serde(default)]
    pub days: DaysWord,
    /// The days themselves, with `days` = `dates`.
    #[serde(default)]
    pub dates: Option<Vec<Date>>,
    /// When of the day to apply, `HH:MM-HH:MM`.
    #[serde(default = "morning")]
    pub window: String,
    /// Whether fines are looked up on the day before an application.
    #[serde(default)]
    pub check_violations: bool,
    /// Which account may be asked about fines.
    #[serde(default)]
    pub violation_account: Option<AccountId>,
}

fn outside() -> Zone {
    Zone::Outside
}

fn morning() -> String {
    "07:30-08:30".to_owned()
}

impl Wishes {
    /// Checks what the descriptor cannot: how wishes fit together.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    pub fn check(&self) -> Result<(), InvalidInput> {
        let required = |name: &str| InvalidInput::new(name, "必填", "is required");
        if self.plates.is_empty() {
            return Err(required("plates"));
        }
        for (at, plate) in self.plates.iter().enumerate() {
            Plate::parse("plates", plate)?;
            if self.plates[..at].contains(plate) {
                return Err(InvalidInput::new(
                    "plates",
                    "同一车牌写了两次",
                    "a plate is given twice",
                ));
            }
        }
        dictionary::purpose(&self.purpose).ok_or_else(|| not_listed("purpose"))?;
        dictionary::district(&self.district).ok_or_else(|| not_listed("district"))?;
        if self.address.trim().is_empty() {
            return Err(required("address"));
        }
        self.check_whereabouts()?;
        self.check_place()?;
        self.check_days()?;
        DayWindow::parse("window", &self.window)?;
        if self.check_violations && self.violation_account.is_none() {
            return Err(InvalidInput::new(
                "violation_account",
                "要在续办前查违章，先选一个违章查询账号",
                "to check for fines beforehand, choose a fines account",
            ));
        }
        Ok(())
    }

    /// The service wants to know where the car is; only its owner can say.
    fn check_whereabouts(&self) -> Result<(), InvalidInput> {
        let given =
            |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        if self.in_beijing && !given(&self.beijing_address) {
            return Err(InvalidInput::new(
                "beijing_address",
                "车已在京时要填在京地址",
                "is required when the car is in Beijing already",
            ));
        }
        if self.in_beijing {
            return Ok(());
        }
        let Some(road) = &self.entry_road else {
            return Err(InvalidInput::new(
                "entry_road",
                "车不在京时要选进京路口；只有你知道从哪里进",
                "is required when the car is not in Beijing; only you know where it comes in",
            ));
        };
        dictionary::entry_road(road)
            .map(|_| ())
            .ok_or_else(|| not_listed("entry_road"))
    }

    fn check_place(&self) -> Result<(), InvalidInput> {
        let degrees =
            |name: &str, text: &Option<String>, most: f64| match text.as_deref().map(str::trim) {
                None | Some("") => Ok(None),
                Some(text) => match text.parse::<f64>() {
                    Ok(value) if value.abs() <= most => Ok(Some(value)),
                    _ => Err(InvalidInput::new(
                        name,
                        "应是度数，例如 116.4074",
                        "should be degrees, such as 116.4074",
                    )),
                },
            };
        let longitude = degrees("longitude", &self.longitude, 180.0)?;
        let latitude = degrees("latitude", &self.latitude, 90.0)?;
        match (longitude, latitude) {
            (Some(_), None) => Err(InvalidInput::new(
                "latitude",
                "经度和纬度要一起填",
                "give longitude and latitude together",
            )),
            (None, Some(_)) => Err(InvalidInput::new(
                "longitude",
                "经度和纬度要一起填",
                "give longitude and latitude together",
            )),
            _ => Ok(()),
        }
    }

    fn check_days(&self) -> Result<(), InvalidInput> {
        let listed = self.dates.as_ref().is_some_and(|dates| !dates.is_empty());
        match (self.days, listed) {
            (DaysWord::Dates, false) => Err(InvalidInput::new(
                "dates",
                "选了指定日期，要列出日期",
                "list the dates",
            )),
            (DaysWord::EveryDay | DaysWord::Workdays, true) => Err(InvalidInput::new(
                "days",
                "列了日期，就要选「指定日期」（dates）",
                "dates are listed, so days should be `dates`",
            )),
            _ => Ok(()),
        }
    }

    /// What decides. Wishes that were checked have a window that reads.
    pub fn wish(&self) -> Option<Wish> {
        let days = match self.days {
            DaysWord::EveryDay => Days::Every,
            DaysWord::Workdays => Days::Workdays,
            DaysWord::Dates => Days::Listed(self.dates.clone().unwrap_or_default()),
        };
        Some(Wish {
            zone: self.zone,
            days,
            window: DayWindow::parse("window", &self.window).ok()?,
        })
    }

    /// What is told to the service.
    pub fn trip(&self) -> Trip {
        let filled = |text: &Option<String>| {
            text.as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        Trip {
            purpose: self.purpose.clone(),
            district: self.district.clone(),
            address: self.address.trim().to_owned(),
            longitude: filled(&self.longitude),
            latitude: filled(&self.latitude),
            in_beijing: self.in_beijing,
            beijing_address: filled(&self.beijing_address),
            entry_road: filled(&self.entry_road),
        }
    }
}

fn not_listed(name: &str) -> InvalidInput {
    InvalidInput::new(name, "不在字典里", "is not in the dictionary")
}
