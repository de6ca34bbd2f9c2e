"""Pictures of results: a result object or a frame in, a plotly `Figure` out; pages and reports draw the same ones.

Every figure carries `layout.meta`: `alt`, a sentence made from its numbers for those who cannot see it, and `reading`, a
sentence that tells a layman how to read it. Colours never speak alone. Nothing here imports scikit-learn.
"""
