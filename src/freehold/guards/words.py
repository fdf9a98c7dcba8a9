"""The words of the dialects and of JSON Schema: names of members and values that say nothing of anybody.

A text that is one of them is never looked at, and they alone may stand in a finding's place by name.
"""

from __future__ import annotations

WORDS = frozenset(
    """
    adaptive additionalProperties allOf allowed_tools any anyOf arguments array assistant audio auto base64 boolean
    budget_tokens cache_control call citations city code const container content context context_management custom
    data default definitions description detail developer disable_parallel_tool_use disabled display document
    documents effort enabled encoding_format enum ephemeral error examples exclusiveMaximum exclusiveMinimum file
    file_data file_id file_search filename format frequency_penalty function function_call functions grammar high
    id image image_url include_usage input input_audio input_schema input_text integer is_error items json
    json_object json_schema location logit_bias logprobs low max max_completion_tokens max_tokens maximum maxItems
    maxLength mcp_servers media_type medium message messages metadata min minimal minimum minItems minLength
    modalities mode mp3 multipleOf n name named names none not null number object oneOf openai output output_config
    output_format parallel_tool_calls parameters parts pattern prediction presence_penalty prompt_cache_key properties
    query question raw reasoning_content reasoning_effort redacted_thinking refusal required response_format role
    safety_identifier schema seed server_tool_use service_tier signature source standard_only stop stop_sequences
    store stream stream_options strict string syntax system temperature text thinking title tool tool_call_id
    tool_calls tool_choice tool_result tool_use tool_use_id tools top_k top_logprobs top_n top_p ttl type unit url
    user user_id value verbosity wav web_search
    $defs $id $ref $schema application/pdf audio/wav image/gif image/jpeg image/png image/webp text/plain
    """.split()  # noqa: SIM905  a column of two hundred lines would be harder to read
)
