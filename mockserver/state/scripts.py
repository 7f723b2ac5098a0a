"""What Redis does at one instant: scripts in Lua, over the keys of one world.

``KEYS`` are those of ``KEYS`` below, in their order. The first two arguments are the life of the
store that the caller knows, or nothing, and the position up to which it has read.
"""

__all__ = ["AGREE", "APPEND", "KEYS", "RESTORE", "SEE", "SINCE"]

# One slot, where the store is a cluster.
_NAMES = ("life", "position", "log", "numbers", "world", "seen")
KEYS = tuple(f"{{active-calls}}:{name}" for name in _NAMES)

# A store that lost everything has no life, one that lost the latest is behind.
_STATE = """
local life = redis.call('GET', KEYS[1]) or ''
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local after = tonumber(ARGV[2])
local lost = life == '' or (ARGV[1] ~= '' and life ~= ARGV[1]) or last < after
local function entries()
  if last == after then return {} end
  return redis.call('XRANGE', KEYS[3], '(' .. ARGV[2] .. '-0', '+')
end
"""

# → life, position, whether it was lost, the entries, and the instant by the server's clock
SINCE = (
    _STATE
    + """
return {life, last, lost and 1 or 0, lost and {} or entries(), redis.call('TIME')}
"""
)

# Each entry: workspace, its number or 0 for the next one, its text, and what it is: 'event',
# 'other' without a number, or 'forget', which removes all of the workspace.
_ADD = """
local function add(workspace, number, text, sort)
  local position = redis.call('INCR', KEYS[2])
  number = tonumber(number)
  if sort == 'event' then
    local latest = tonumber(redis.call('HGET', KEYS[4], workspace) or '0')
    if number == 0 then number = latest + 1 end
    redis.call('HSET', KEYS[4], workspace, string.format('%d', math.max(latest, number)))
  elseif sort == 'forget' then
    redis.call('HDEL', KEYS[4], workspace)
    redis.call('DEL', KEYS[6] .. ':' .. workspace)
    redis.call('ZREM', KEYS[6], workspace)
  end
  redis.call('XADD', KEYS[3], position .. '-0',
    'w', workspace, 'n', string.format('%d', number), 'e', text)
end
"""

# Arguments: life, position, seconds to live, then the entries
# → as SINCE, and the first own position
APPEND = (
    _STATE
    + _ADD
    + """
if lost then return {life, last, 1, {}, redis.call('TIME'), 0} end
local own = last + 1
for i = 4, #ARGV, 4 do add(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
last = tonumber(redis.call('GET', KEYS[2]))
redis.call('EXPIRE', KEYS[3], ARGV[3])
redis.call('EXPIRE', KEYS[4], ARGV[3])
return {life, last, 0, entries(), redis.call('TIME'), own}
"""
)

# Arguments: life, position, a new life, the world, then the entries. Only where the store has still
# lost what the caller knows → 1 if it was done
RESTORE = (
    _STATE
    + _ADD
    + """
if life ~= '' and life ~= ARGV[1] then return 0 end
if not lost then return 0 end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
redis.call('SET', KEYS[1], ARGV[3])
redis.call('SET', KEYS[5], ARGV[4])
redis.call('SET', KEYS[2], '0')
for i = 5, #ARGV, 4 do add(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
return 1
"""
)

# Arguments: seconds to live, rooms of a workspace at most, workspaces at most, now; then for each
# event workspace, room, instant
SEE = """
for i = 5, #ARGV, 3 do
  local rooms = KEYS[6] .. ':' .. ARGV[i]
  redis.call('ZADD', KEYS[6], ARGV[4], ARGV[i])
  redis.call('ZADD', rooms, ARGV[i + 2], ARGV[i + 1])
  redis.call('ZREMRANGEBYRANK', rooms, 0, -1 - tonumber(ARGV[2]))
  redis.call('EXPIRE', rooms, ARGV[1])
end
redis.call('EXPIRE', KEYS[6], ARGV[1])
while redis.call('ZCARD', KEYS[6]) > tonumber(ARGV[3]) do
  redis.call('DEL', KEYS[6] .. ':' .. redis.call('ZPOPMIN', KEYS[6])[1])
end
"""

# Arguments: a new life, the world → the world that holds
AGREE = """
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
  redis.call('SET', KEYS[1], ARGV[1])
end
redis.call('SET', KEYS[5], ARGV[2], 'NX')
return redis.call('GET', KEYS[5])
"""
