use super::Asset;
use crate::{
    constants::{CALENDAR, DAY_S},
    errors::{refuse, VaultError},
    require_figures,
};
use anchor_lang::prelude::*;

/// One corporate action that lies ahead, as lenders read it from the asset.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct CalendarEntry {
    /// From the ex time ...
    pub begins_at: i64,
    /// ... to the effective time, or the last moment of the record time; unix seconds, both zero in a free entry.
    pub ends_at: i64,
    pub action: u32,
    /// One of [`super::kinds`].
    pub kind: u8,
    pub _pad: [u8; 3],
}

impl CalendarEntry {
    fn is_free(&self, now: i64) -> bool {
        self.ends_at < now
    }

    fn shares_a_day_with(&self, from: i64, until: i64) -> bool {
        let day = |at: i64| at.div_euclid(DAY_S);
        day(self.begins_at) <= day(until) && day(from) <= day(self.ends_at)
    }
}

impl Asset {
    /// Writes an action into the calendar. Two that share a day (UTC) would leave open which comes first.
    pub fn enter(&mut self, entry: CalendarEntry, now: i64) -> Result<()> {
        let mut ahead = self.calendar.iter().filter(|other| !other.is_free(now));
        if let Some(other) = ahead.find(|other| other.shares_a_day_with(entry.begins_at, entry.ends_at)) {
            let figures = [other.action.into(), other.begins_at as u64, other.ends_at as u64, 0];
            return Err(refuse(VaultError::DateTaken, figures));
        }
        let free = self.calendar.iter_mut().find(|other| other.is_free(now));
        *free.ok_or_else(|| refuse(VaultError::CalendarFull, [CALENDAR as u64, 0, 0, 0]))? = entry;
        Ok(())
    }

    /// Takes an action out of the calendar, if it is still there.
    pub fn strike(&mut self, action: u32) {
        for entry in self.calendar.iter_mut().filter(|entry| entry.action == action && entry.ends_at != 0) {
            *entry = bytemuck::Zeroable::zeroed();
        }
    }

    /// The number of the next action.
    pub fn next_action_number(&mut self, given: u32) -> Result<()> {
        require_figures!(given == self.actions, VaultError::WrongActionNumber, given, self.actions);
        self.actions = given.checked_add(1).ok_or(VaultError::Overflow)?;
        Ok(())
    }
}
