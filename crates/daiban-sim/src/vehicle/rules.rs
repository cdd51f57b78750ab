//! What may differ from run to run at the vehicle service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Rules of the vehicle service. Each default is the usual case; times are in seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VehicleRules {
    /// An answer by call (`sign_in`, `refresh`, `sign_out`, `cars`, `bind`, `status`, `state`, `soc`, `trips`,
    /// `capability`, `command`, `flow`), for every one of it, in place of doing anything.
    pub say: BTreeMap<String, VehicleSaid>,
    /// The same for the next call only.
    pub say_once: BTreeMap<String, VehicleSaid>,
    /// Life of an access token: `expiresIn` of new ones.
    pub token_s: i64,
    /// A renewal gives a new refresh token too; otherwise only a new access token.
    pub rotate: bool,
    /// Until the new access token was used, the old pair is answered with the same new pair again, and the old access
    /// token counts as expired and not as unknown (*guessed*).
    pub refresh_grace: bool,
    /// So many calls about a car after each renewal say 8040, as was *seen* for a moment with other brands.
    pub unbound_after_refresh: u32,
    /// How far a signed request's moment may be from the service's clock, and how long a nonce is remembered, twice
    /// over (*guessed*).
    pub time_off_s: i64,
    /// From taking a command to its happening.
    pub effect_delay_s: i64,
    /// From its happening, or from a wish for a fresh report, to the report.
    pub report_delay_s: i64,
    /// 8070 while a command of the same car runs.
    pub busy: bool,
    /// 8070 for a command so soon after another of the same car; 0: never.
    pub drop_commands_close_together_s: i64,
    /// Commands are taken and never carried out.
    pub deaf: bool,
    /// A wish for a fresh report wakes a sleeping car (*guessed*).
    pub latest_wakes: bool,
    /// The engine stops by itself so long after it was started from afar; `None`: never.
    pub engine_stops_itself_s: Option<i64>,
    /// A boot released from afar latches again after this, when nobody lifted it; 0: never.
    pub trunk_latches_s: i64,
    /// Codes of answers about cars are numbers, as those about accounts are.
    pub number_codes: bool,
}

impl Default for VehicleRules {
    fn default() -> Self {
        Self {
            say: BTreeMap::new(),
            say_once: BTreeMap::new(),
            token_s: 7200,
            rotate: true,
            refresh_grace: false,
            unbound_after_refresh: 0,
            time_off_s: 300,
            effect_delay_s: 8,
            report_delay_s: 3,
            busy: true,
            drop_commands_close_together_s: 5,
            deaf: false,
            latest_wakes: true,
            engine_stops_itself_s: None,
            trunk_latches_s: 45,
            number_codes: false,
        }
    }
}

/// An answer without data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VehicleSaid {
    /// HTTP status; `None`: 200.
    pub status: Option<u16>,
    /// `code`, a number or a text; `None`: a page in place of JSON.
    pub code: Option<Value>,
    /// `message`; `None`: the usual words of that code.
    pub message: Option<String>,
}
