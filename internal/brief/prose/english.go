package prose

// english holds the same keys as spanish; a test compares them.
var english = map[string][]string{
	"headline.up.clear": {
		"{{@.Entity}} [is|are] gaining ground in the conversation",
		"{{@.Entity}} [is|are] clearly rising",
		"People talk more and more {{@.of}}",
	},
	"headline.up.bare": {
		"{{@.Entity}} [seems|seem] to be rising",
		"Early signs of a rise {{@.of}}, still uncertain",
	},
	"headline.down.clear": {
		"{{@.Entity}} [is|are] losing ground in the conversation",
		"{{@.Entity}} [is|are] clearly falling",
	},
	"headline.down.bare": {
		"{{@.Entity}} [seems|seem] to be falling",
		"Early signs of a fall {{@.of}}, still uncertain",
	},
	"headline.both": {
		"{{@.Entity}} [rises|rise] while {{@2.entity}} [falls|fall]",
		"{{@.Entity}} [gains|gain] ground; {{@2.entity}} [loses|lose] it",
	},
	"headline.leader": {
		"{{@.Entity}} [leads|lead] a week without clear changes",
		"A quiet week, with {{@.entity}} at the front",
	},

	"volume": {
		"In the week of {{P.week}} we read {{@.mentions}} mentions of food; the week before had {{@.previous}}.",
		"The week of {{P.week}} brought {{@.mentions}} mentions of food, against {{@.previous}} in the week before.",
	},
	"volume.alone": {"In the week of {{P.week}} we read {{@.mentions}} mentions of food."},
	"mood.up": {
		"The mood is favourable: the balance of positive and negative opinions is {{@.net}} ({{@.net.interval}}).",
		"The good outweighs the bad: {{@.positive}} of opinions are positive and {{@.negative}} negative, a balance of {{@.net}} ({{@.net.interval}}).",
	},
	"mood.up.bare": {
		"The mood seems favourable, if only just: the balance of opinions is {{@.net}} ({{@.net.interval}}).",
	},
	"mood.down.bare": {
		"The mood seems unfavourable, if only just: the balance of opinions is {{@.net}} ({{@.net.interval}}).",
	},
	"mood.down": {
		"The mood is unfavourable: the balance of positive and negative opinions is {{@.net}} ({{@.net.interval}}).",
		"The bad outweighs the good, with a balance of opinions of {{@.net}} ({{@.net.interval}}).",
	},
	"mood.none": {
		"Positive and negative opinions even out: the balance is {{@.net}}, and the interval includes an even balance ({{@.net.between}}).",
	},
	"leader": {
		"The most mentioned dishes of the week are <{{@.entity}} ({{@.share}})>.",
		"The week's conversation about dishes is led by <{{@.entity}} ({{@.share}})>.",
	},
	"leader.one": {"The most mentioned dish of the week is {{@.entity}}, with {{@.share}} of all mentions of dishes ({{@.share.interval}})."},

	"change.up.clear": {
		"{{@.Entity}} [is|are] clearly rising: {{@.growth}} on the period before ({{@.growth.interval}}), with {{@.mentions}} mentions.",
		"There is more talk {{@.of}}: mentions grew by {{@.growth.size}} ({{@.growth.interval}}) and reach {{@.mentions}}.",
		"{{@.Entity}} [gains|gain] ground, with a rise of {{@.growth.size}} that stands well apart from chance ({{@.growth.interval}}).",
	},
	"change.up.clear.next": {
		"{{@.Entity}} also [grows|grow], by {{@.growth.size}} ({{@.growth.interval}}; {{@.mentions}} mentions).",
	},
	"change.up.bare": {
		"{{@.Entity}} [seems|seem] to be rising: {{@.growth}}, although the interval is wide ({{@.growth.between}}).",
		"There are signs of a rise {{@.of}} ({{@.growth}}), but it is wise to wait for more data ({{@.growth.between}}).",
		"{{@.Entity}} may be on the rise with {{@.growth}}; the interval barely excludes that nothing has changed ({{@.growth.between}}).",
	},
	"change.down.clear": {
		"{{@.Entity}} [is|are] clearly falling: {{@.growth}} on the period before ({{@.growth.interval}}), with {{@.mentions}} mentions.",
		"There is less talk {{@.of}}: mentions fell by {{@.growth.size}} ({{@.growth.interval}}) and stand at {{@.mentions}}.",
		"{{@.Entity}} [loses|lose] ground, with a fall of {{@.growth.size}} that stands well apart from chance ({{@.growth.interval}}).",
	},
	"change.down.clear.next": {
		"{{@.Entity}} also [declines|decline], by {{@.growth.size}} ({{@.growth.interval}}; {{@.mentions}} mentions).",
	},
	"change.down.bare": {
		"{{@.Entity}} [seems|seem] to be falling: {{@.growth}}, although the interval is wide ({{@.growth.between}}).",
		"There are signs of a fall {{@.of}} ({{@.growth}}), but it is wise to wait for more data ({{@.growth.between}}).",
		"{{@.Entity}} may be declining with {{@.growth}}; the interval barely excludes that nothing has changed ({{@.growth.between}}).",
	},
	"change.more.up": {
		"Also rising: <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
		"On the rise as well are <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
	},
	"change.more.down": {
		"Also falling: <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
		"Falling as well are <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
	},
	"change.seasonal.up": {
		"{{@.Entity}} [rises|rise] by {{@.growth.size}} ({{@.growth.interval}}), as expected at this time of year.",
		"The rise {{@.of}} ({{@.growth}}; {{@.growth.interval}}) is that of the season and no news.",
	},
	"change.seasonal.down": {
		"{{@.Entity}} [falls|fall] by {{@.growth.size}} ({{@.growth.interval}}), as usual for the season.",
		"The fall {{@.of}} ({{@.growth}}; {{@.growth.interval}}) is the one that the calendar brings.",
	},
	"change.spike.up": {
		"{{@.Entity}} had a brief spike ({{@.growth}}; {{@.growth.interval}}): a passing jump, not a trend.",
	},
	"change.spike.down": {
		"{{@.Entity}} had a brief dip ({{@.growth}}; {{@.growth.interval}}), without the shape of a trend.",
	},
	"change.price-driven.up": {
		"{{@.Entity}} [rises|rise] by {{@.growth.size}} ({{@.growth.interval}}), and the change goes along with the movement of its price.",
	},
	"change.price-driven.down": {
		"{{@.Entity}} [falls|fall] by {{@.growth.size}} ({{@.growth.interval}}), and the change goes along with the movement of its price.",
	},
	"change.campaign-driven.up": {
		"The rise {{@.of}} ({{@.growth}}; {{@.growth.interval}}) comes from repeated texts that look like a campaign; it should not be read as public interest.",
	},
	"change.campaign-driven.down": {
		"The fall {{@.of}} ({{@.growth}}; {{@.growth.interval}}) goes along with the end of repeated texts that look like a campaign.",
	},

	"aspects.up": {
		"What people like most is {{@.aspect}}, with a balance of {{@.net}} ({{@.net.interval}}); they also like {{@2.aspect}} ({{@2.net}}).",
		"Praise goes above all to {{@.aspect}}, with a balance of {{@.net}} ({{@.net.interval}}), and also to {{@2.aspect}}, with {{@2.net}}.",
	},
	"aspect.up": {"What people like most is {{@.aspect}}, with a balance of {{@.net}} ({{@.net.interval}})."},
	"aspects.down": {
		"Complaints go above all to {{@.aspect}}, with a balance of {{@.net}} ({{@.net.interval}}), and also to {{@2.aspect}}, with {{@2.net}}.",
	},
	"aspect.down": {"What bothers people most is {{@.aspect}}, with a balance of {{@.net}} ({{@.net.interval}})."},
	"aspect.both": {
		"When people speak {{@.of}}, they praise {{@.aspect}}, with a balance of {{@.net}}, but criticise {{@2.aspect}}, with {{@2.net}} ({{@2.net.interval}}).",
	},
	"aspect.of.up": {
		"When people speak {{@.of}}, what they like is {{@.aspect}}, with a balance of {{@.net}} ({{@.net.interval}}).",
	},
	"aspect.of.down": {
		"When people speak {{@.of}}, the complaints go to {{@.aspect}}, with a balance of {{@.net}} ({{@.net.interval}}).",
	},
	"quote.pos": {"In the words of a mention: {{@Q}}.", "As a mention puts it: {{@Q}}."},
	"quote.neg": {"In the words of a mention: {{@Q}}.", "As a mention puts it: {{@Q}}."},
	"quote.neu": {"As a mention puts it: {{@Q}}."},

	"where": {
		"{{@.Entity}} [stands|stand] out in {{@.place}}: mentioned there {{@.times}} as often as in the rest of the country ({{@.times.interval}}).",
		"In {{@.place}} people speak {{@.of}} {{@.times}} as often as in the rest of the country ({{@.times.interval}}).",
	},
	"no-change": {
		"Another {{@.count}} foods with enough data show no change that can be told from chance.",
	},
	"few-data": {
		"Of {{@.count}} foods there are too few mentions to say anything, and this report does not try.",
	},
	"source": {
		"What was read in the week comes above all from <{{@.source}} ({{@.share}})>.",
	},
	"source.one": {"What was read in the week comes above all from {{@.source}} ({{@.share}})."},
	"coverage.low": {
		"Only {{@.share}} of the mentions tell their department, and people who speak online do not stand for the whole country.",
	},
	"coverage": {
		"The department is known for {{@.share}} of the mentions; people who speak online do not stand for the whole country.",
	},
}
