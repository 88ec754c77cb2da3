package check

// frameEN are English words that claim nothing beside placeholders.
const frameEN = `
the a an of to in on at by for from with against over into about as and or but while although though that which who where when
it its their they this these those is are was were be been has have had there what
week weeks period before previous month report total case other others another also too further besides
food foods dish dishes drink drinks brand brands product products ingredient ingredients people talk conversation conversations topic country rest
department departments source sources brought counted read collected recorded shows show showed shown reached reaches came comes come
speak speaks spoke spoken say says said mention mentioned goes go went gone mentions make makes made counts count collect read reads write writes wrote written comment comments commented tell tells told receive receives received get gets got total add added adds having being known words here one same each such example each part compared data`

const sayingsEN = `
direction up: rise|rises|rose|risen|rising, grow|grows|grew|grown|growing, increase|increases|increased|increasing, climb|climbs|climbed|climbing, gain|gains|gained|gaining ground, is|are|be|was|were|went|goes|go|going up, up from, on the rise, more mentions than before, growth
direction down: fall|falls|fell|fallen|falling, drop|drops|dropped|dropping, decline|declines|declined|declining, decrease|decreases|decreased|decreasing, slip|slips|slipped|slipping, lose|loses|lost|losing ground, is|are|be|was|were|went|goes|go|going down, down from, fewer mentions than before
direction none: steady, stable, hold|holds|held steady|stable, no clear change, with no clear change, no change, without a clear change, show|shows no change that can be told from chance, no change that can be told from chance, unchanged
level liked: like|likes|liked, praise|praised|praises, favourable|favorable, what people like, positive mood, well received, enjoy|enjoyed
level disliked: dislike|dislikes|disliked, complaint|complaints, complain|complained, criticised|criticized|criticise|criticism, unfavourable|unfavorable
level elsewhere: stand|stands out, more than in the rest of the country, as often as in the rest of the country, more than elsewhere, as often as elsewhere
rank first: most mentioned, the most mentioned, lead|leads|led, above all, most, mainly, mostly, centre on, center on, top of the list
rank among: among the most mentioned, followed by
level liked: like|liked most, most liked
level disliked: disliked most
strength clear: clear, clearly
strength large: strong, strongly, sharply, sharp
strength small: slight, slightly, modest, modestly, small, a little
uncertainty hedge: seem|seems, appear|appears, may, perhaps, might, apparently, there are signs of, look|looks like, look|looks
uncertainty wide: the interval is wide, barely, with caution
driver seasonal: seasonal, the season, as usual for the season, for the season, the calendar, as expected at this time of year, at this time of year, of the season, as every year, no news, not news
driver spike: spike, passing, passing spike, a passing spike, not a trend
driver price: price, its price, with its price, in step with its price, along with its price
driver campaign: campaign, a campaign, repeated texts, repeated messages
figure positive: positive, opinions are positive, positive opinions
figure negative: negative, negative opinions
figure net: balance, mood, opinions, tone
data few: too few mentions, there is not enough data, not enough data, there is not enough data to tell, too few mentions to tell, cannot be said
data coverage: do not stand for the whole country, online
`
