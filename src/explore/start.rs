//! What the page begins with.

use super::json::Json;
use super::limits;
use super::seen::Seen;
use super::tile::texts;
use crate::counts::TierCounts;
use crate::error::Result;
use crate::grid::Grid;
use crate::job::Job;
use crate::jobs::preset::Preset;
use crate::number::Number;
use crate::tone::{Color, Mapping, Palette, Tone};

/// The view and the colours that the page begins with.
#[derive(Clone, Debug)]
pub struct Start {
    /// The map and the view.
    pub job: Job,
    /// The colours.
    pub tone: Tone,
    /// Where what the page shows is kept, if anybody wants to know it.
    pub seen: Option<Seen>,
}

impl Start {
    /// The answer to `/start`, by the server whose engine is `engine`.
    ///
    /// # Errors
    /// None, as long as presets are jobs and palettes have their names.
    pub fn json(&self, engine: &str) -> Result<String> {
        let tone = &self.tone;
        let job = Json::object(of_job(&self.job)?.into_iter().chain([
            ("palette", Json::text(&tone.palette.to_string())),
            ("mapping", Json::text(tone.mapping.name())),
            ("cycles", Json::number(tone.cycles)),
            ("palette_offset", Json::number(tone.palette_offset)),
            ("interior", Json::text_or_null(tone.interior.map(|color| color.to_string()))),
            ("smooth", Json::truth(tone.smooth)),
            ("distance", tone.distance.map_or_else(Json::null, Json::number)),
        ]));
        let presets = Preset::ALL.iter().map(|preset| {
            let known = [("name", Json::text(preset.name)), ("title", Json::text(preset.about))];
            let job = preset.job(1000)?;
            Ok(Json::object(known.into_iter().chain(of_job(&job)?)))
        });
        let palettes = Palette::names().map(|(name, about)| {
            let colors = colors(&Palette::named(name)?);
            let known = [("name", Json::text(name)), ("title", Json::text(about))];
            Ok(Json::object(known.into_iter().chain([("colors", colors)])))
        });
        let tiers = TierCounts::default().tiers();
        let limits = [
            ("level_min", limits::LEVEL_MIN.into()),
            ("level_max", limits::LEVEL_MAX.into()),
            ("itermax", limits::ITERMAX.into()),
            ("digits", limits::DIGITS as i128),
            ("picture_pixels", limits::PICTURE_PIXELS.into()),
        ];
        Ok(Json::object([
            ("version", Json::text(env!("CARGO_PKG_VERSION"))),
            ("engine", Json::text(engine)),
            ("job", job),
            ("seen", Json::truth(self.seen.is_some())),
            ("presets", Json::list(presets.collect::<Result<Vec<_>>>()?)),
            ("palettes", Json::list(palettes.collect::<Result<Vec<_>>>()?)),
            ("mappings", Json::list(Mapping::ALL.map(|mapping| Json::text(mapping.name())))),
            ("tiers", Json::list(tiers.map(|(name, _)| Json::text(name)))),
            ("limits", Json::object(limits.map(|(name, most)| (name, Json::whole(most))))),
        ])
        .into_string())
    }
}

/// A palette's colours, evenly spaced; none for the original's gray.
pub fn colors(palette: &Palette) -> Json {
    Json::list(palette.colors().iter().map(|Color(parts, _)| Json::list(parts.map(Json::whole))))
}

/// The map and the view, as texts of options.
fn of_job(job: &Job) -> Result<Vec<(&'static str, Json)>> {
    let [re, im] = texts(job.julia.constant());
    let (center, width) = view(&job.grid)?;
    Ok(vec![
        ("c", Json::text(&format!("{re},{im}"))),
        ("threshold", Json::text(&job.julia.threshold().to_string())),
        ("itermin", Json::whole(job.julia.itermin())),
        ("itermax", Json::whole(job.julia.itermax())),
        ("center", Json::text(&center)),
        ("width", Json::text(&width)),
    ])
}

/// The center and the width.
fn view(grid: &Grid) -> Result<(String, String)> {
    if let Some(view) = grid.given_view() {
        let [re, im] = view.center();
        return Ok((format!("{re},{im}"), view.width().to_string()));
    }
    let [xleft, xright, yleft, yright] = grid.region().bounds();
    let [re, im] = [xleft / 2.0 + xright / 2.0, yleft / 2.0 + yright / 2.0];
    let [re, im, width] = [re, im, (xright - xleft).abs()].map(Number::from_f64);
    Ok((format!("{},{}", re?, im?), width?.to_string()))
}
