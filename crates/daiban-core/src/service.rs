//! The five services.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Text, invalid::InvalidInput};

/// One of the five services daiban runs errands with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// 进京证
    Permit,
    /// 12306
    Rail,
    /// 违章查询
    Violation,
    /// 114 挂号
    Hospital,
    /// 领克
    Vehicle,
}

impl Service {
    /// All of them, in the order people are shown.
    pub const ALL: [Service; 5] = [
        Service::Permit,
        Service::Rail,
        Service::Violation,
        Service::Hospital,
        Service::Vehicle,
    ];

    /// The word used in commands, settings and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Service::Permit => "permit",
            Service::Rail => "rail",
            Service::Violation => "violation",
            Service::Hospital => "hospital",
            Service::Vehicle => "vehicle",
        }
    }

    /// What people call it.
    pub fn name(self) -> Text {
        match self {
            Service::Permit => Text::new("进京证", "Beijing entry permit"),
            Service::Rail => Text::new("12306", "12306 rail"),
            Service::Violation => Text::new("违章查询", "traffic fines"),
            Service::Hospital => Text::new("114 挂号", "114 hospital booking"),
            Service::Vehicle => Text::new("领克", "Lynk & Co car"),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Service {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::ALL
            .into_iter()
            .find(|service| service.as_str() == text)
            .ok_or_else(|| {
                InvalidInput::new(
                    "service",
                    format!(
                        "没有「{text}」这个服务；可以是 permit、rail、violation、hospital、vehicle"
                    ),
                    format!(
                        "no service {text:?}; one of permit, rail, violation, hospital, vehicle"
                    ),
                )
            })
    }
}
