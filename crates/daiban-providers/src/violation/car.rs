//! The cars of one account, read from its settings and checked before money is spent.

use daiban_core::{
    account::Settings,
    invalid::InvalidInput,
    plate::{Plate, PlateType},
    vin::{EngineNumber, FrameNumber},
};

/// A car as the service wants it: all four, whole. `Debug` shows no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Car {
    /// The plate.
    pub plate: Plate,
    /// The police's code for the kind of plate.
    pub plate_type: PlateType,
    /// The whole engine number.
    pub engine: EngineNumber,
    /// The whole frame number (VIN).
    pub frame: FrameNumber,
}

/// All cars of an account: the one in the plain settings first, then those in `more_cars`, which is a list with `;`
/// between cars and `,` between plate, plate type, engine number and frame number.
///
/// # Errors
/// [`InvalidInput`] naming the setting.
pub fn all(settings: &Settings) -> Result<Vec<Car>, InvalidInput> {
    let get = |name: &str| settings.get(name).map_or("", String::as_str);
    let names = ["plate", "plate_type", "engine_number", "frame_number"];
    let mut cars = vec![read(names, names.map(get))?];
    for line in get("more_cars")
        .split([';', '；', '\n'])
        .filter(|line| !line.trim().is_empty())
    {
        let fields: Vec<&str> = line.split([',', '，']).collect();
        let Ok(fields) = <[&str; 4]>::try_from(fields) else {
            return Err(InvalidInput::new(
                "more_cars",
                "每辆车依次填车牌、号牌种类、发动机号、车架号，用逗号隔开，两辆车之间用分号",
                "each car is plate, plate type, engine number, frame number with commas; a semicolon between cars",
            ));
        };
        let car = read(["more_cars"; 4], fields)?;
        if cars.iter().any(|known| known.plate == car.plate) {
            return Err(InvalidInput::new(
                "more_cars",
                "同一车牌填了两次",
                "a plate is given twice",
            ));
        }
        cars.push(car);
    }
    Ok(cars)
}

/// The car with that plate.
///
/// # Errors
/// [`InvalidInput`] naming `plate` when the account has no such car, or the setting that is wrong.
pub fn find(settings: &Settings, plate: &str) -> Result<Car, InvalidInput> {
    let plate = Plate::parse("plate", plate)?;
    all(settings)?
        .into_iter()
        .find(|car| car.plate == plate)
        .ok_or_else(|| {
            InvalidInput::new(
                "plate",
                "这个账号没有填这辆车",
                "this account has no car with that plate",
            )
        })
}

fn read(
    names: [&str; 4],
    [plate, plate_type, engine, frame]: [&str; 4],
) -> Result<Car, InvalidInput> {
    let plate = Plate::parse(names[0], plate)?;
    let plate_type = match plate_type.trim() {
        "" => PlateType::suggest(&plate),
        given => PlateType::parse(names[1], given)?,
    };
    let green = [PlateType::SMALL_NEW_ENERGY, PlateType::LARGE_NEW_ENERGY].contains(&plate_type);
    if green != plate.is_new_energy() {
        let fits = PlateType::suggest(&plate);
        return Err(InvalidInput::new(
            names[1],
            format!("号牌种类 {plate_type} 与车牌位数不符，这个车牌一般填 {fits}"),
            format!(
                "plate type {plate_type} does not fit the plate's length; this plate is usually {fits}"
            ),
        ));
    }
    Ok(Car {
        plate,
        plate_type,
        engine: EngineNumber::parse(names[2], whole(names[2], engine)?)?,
        frame: FrameNumber::parse(names[3], whole(names[3], frame)?)?,
    })
}

/// Numbers copied from a page are often starred; the service wants them whole.
fn whole<'a>(name: &str, number: &'a str) -> Result<&'a str, InvalidInput> {
    if number.trim().is_empty() {
        return Err(InvalidInput::new(
            name,
            "必填，见行驶证",
            "is required; it stands in the vehicle licence",
        ));
    }
    if number.contains("**") {
        return Err(InvalidInput::new(
            name,
            "请填写完整号码，不要带 *",
            "give the whole number, without stars",
        ));
    }
    Ok(number)
}
