use super::{features, Asset, Reserve};
use crate::math::multiplier::{pro_rata, shares_floor};

/// What redeemed tokens are worth, and what is paid out for them, in shares.
pub struct Payout {
    multiplier: u64,
    /// What is owed, and all that custodians last reported. Both zero unless payouts depend on them.
    pub obligation: u64,
    pub reserve: u64,
}

impl Payout {
    /// All that the tokens are worth.
    pub fn whole(asset: &Asset, now: i64) -> Self {
        Self { multiplier: asset.multiplier_at(now), obligation: 0, reserve: 0 }
    }

    /// In proportion to what custodians last reported, when an asset that was listed pro rata is short
    /// of it and has been latched for its change delay: nobody can cut payouts from one day to the
    /// next by retiring a custodian. Whatever the policy counts of a figure does not matter here: no
    /// caps, haircut or quorum, or a thief could tighten the policy and lower what holders get. Without
    /// any figure there is nothing to share out, and no cut.
    pub fn of(asset: &Asset, reserve: &Reserve, now: i64) -> Self {
        let mut payout = Self::whole(asset, now);
        let cut_from = asset.latched_at.saturating_add(asset.policy.change_delay_s);
        if asset.features & features::PRO_RATA != 0 && asset.latched == 1 && now >= cut_from {
            let holdings = reserve.holdings();
            if holdings.shares != 0 {
                payout.obligation = asset.obligation(holdings.oldest_as_of, holdings.foreign, now);
                payout.reserve = holdings.shares;
            }
        }
        payout
    }

    /// Worth of `raw` units, and what is paid out for them: both rounded down.
    pub fn shares(&self, raw: u64) -> (u64, u64) {
        let shares = shares_floor(raw, self.multiplier);
        if self.obligation > self.reserve {
            (shares, pro_rata(shares, self.reserve, self.obligation))
        } else {
            (shares, shares)
        }
    }
}
