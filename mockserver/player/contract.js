// Made by `make player`; do not edit.
export const VERSION = "1.0.0";
export const TIMELINE_VERSION = 1;
export const TIMELINE = {
  "version": "number",
  "room": "string",
  "id": "string or null",
  "call": "number or null",
  "started": "instant",
  "elapsed": "number",
  "length": "number",
  "type": "string",
  "decimals": "number",
  "transfer": "number or null",
  "fields": [
    "at",
    "value"
  ],
  "topics": [
    "at",
    "name"
  ],
  "lines": [
    "at"
  ],
  "sentiment": [
    "at",
    "value",
    "line"
  ],
  "participants": [
    "joins",
    "leaves"
  ],
  "earlier": [
    "until",
    "shown"
  ],
  "takeovers": [
    "since",
    "identity",
    "mutedTracks",
    "joined",
    "instead",
    "lines",
    "sentiment",
    "participants"
  ],
  "insights": [
    "at",
    "value"
  ]
};
export const OPERATIONS = {
  "listActiveCalls": {
    "method": "GET",
    "path": "/v2/api/active-calls"
  },
  "getActiveCall": {
    "method": "GET",
    "path": "/v2/api/active-calls/{roomName}"
  },
  "getCallInsights": {
    "method": "GET",
    "path": "/v2/api/active-calls/{roomName}/insights"
  },
  "endCall": {
    "method": "POST",
    "path": "/v2/api/active-calls/{roomName}/end-call"
  },
  "removeAgent": {
    "method": "POST",
    "path": "/v2/api/active-calls/{roomName}/remove-agent"
  }
};
export const DONE = {
  "endCall": {
    "success": true,
    "message": "Call ended successfully",
    "roomName": "call-abc123",
    "endTime": "2024-06-01T10:05:00.000Z"
  },
  "removeAgent": {
    "success": true,
    "message": "Agent removed from call",
    "roomName": "call-abc123",
    "mutedTracks": [
      "TR_abc123"
    ]
  }
};
export const ERRORS = {
  "400": {
    "code": "invalid_request",
    "message": "The header x-workspace-id is required."
  },
  "401": {
    "code": "unauthorized",
    "message": "The API key is missing or wrong."
  },
  "403": {
    "code": "forbidden",
    "message": "The API key does not give access to this workspace."
  },
  "429": {
    "code": "rate_limit_exceeded",
    "message": "Too many requests. Try again later.",
    "reset_at": "2024-06-01T10:01:00.000Z"
  },
  "404": {
    "code": "not_found",
    "message": "No active call in this room."
  }
};
export const LISTED_STATUS = "active";
export const NOT_LISTED = {
  "call": [
    "transcript"
  ],
  "participant": [
    "metadata"
  ]
};
